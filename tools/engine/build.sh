#!/bin/sh
# Finds a Pulumi CLI that the engine tests can use, or builds one from its Go module into .cache/bin, once; the same for
# the language host that runs YAML programs. The pins are in the go.mod files beside this file. Prints a line for each;
# exits 1 when one is neither there nor can be built.
set -eu

oldest=3.200.0
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
bin=$root/.cache/bin

# at_least OLDEST VERSION: compares major.minor, `v` and pre-release tags dropped.
at_least() {
    printf '%s\n%s\n' "${1#v}" "${2#v}" | awk -F '[.-]' '{ major[NR] = $1; minor[NR] = $2 }
        END { exit !(major[2] > major[1] || (major[2] == major[1] && minor[2] >= minor[1])) }'
}

version_of() {
    PULUMI_SKIP_UPDATE_CHECK=1 "$1" version 2>/dev/null || true
}

# build FOLDER MODULE PACKAGE VARIABLE: the package, as the module file in the folder pins it, into .cache/bin.
build() {
    go_version=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
    if [ -z "$go_version" ] || ! at_least 1.24.0 "$go_version"; then
        echo "engine: install the Pulumi CLI $oldest or newer, or Go 1.24 or newer to build it from its module" >&2
        exit 1
    fi
    version=$(awk -v module="$2" '$1 == module || $2 == module { print $NF == "indirect" ? $(NF - 2) : $NF; exit }' "$1/go.mod")
    program=$bin/${3##*/}
    echo "engine: building ${3##*/} $version from its Go module (some minutes, once)"
    mkdir -p "$bin"
    cd "$1"
    # Built beside and moved: an interrupted build leaves nothing that looks finished.
    CGO_ENABLED=0 go build -mod=readonly -trimpath -tags osusergo,grpcnotrace \
        -ldflags "-s -w -X $4=$version" -o "$program.partial" "$3"
    mv "$program.partial" "$program"
}

cli() {
    if command -v pulumi >/dev/null 2>&1; then
        version=$(version_of pulumi)
        if [ -n "$version" ] && at_least "$oldest" "$version"; then
            echo "engine: pulumi $version on PATH"
            return
        fi
    fi
    if [ ! -x "$bin/pulumi" ]; then
        pulumi=github.com/pulumi/pulumi
        build "$here" $pulumi/pkg/v3 $pulumi/pkg/v3/cmd/pulumi $pulumi/sdk/v3/go/common/version.Version
    fi
    echo "engine: pulumi $(version_of "$bin/pulumi") in .cache/bin"
}

# The CLI's own distribution has the language hosts; what was built from the module has none.
yaml() {
    if command -v pulumi-language-yaml >/dev/null 2>&1; then
        echo "engine: pulumi-language-yaml on PATH"
        return
    fi
    if [ ! -x "$bin/pulumi-language-yaml" ]; then
        pulumi=github.com/pulumi/pulumi-yaml
        build "$here/language-yaml" $pulumi $pulumi/cmd/pulumi-language-yaml $pulumi/pkg/version.Version
    fi
    echo "engine: pulumi-language-yaml in .cache/bin"
}

cli
yaml
