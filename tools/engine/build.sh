#!/bin/sh
# Finds a Pulumi CLI that the engine tests can use, or builds one from its Go module into .cache/bin, once.
# The pins are in go.mod beside this file. Prints one line; exits 1 when there is neither CLI nor Go.
set -eu

oldest=3.200.0
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
built=$root/.cache/bin/pulumi

# at_least OLDEST VERSION: compares major.minor, `v` and pre-release tags dropped.
at_least() {
    printf '%s\n%s\n' "${1#v}" "${2#v}" | awk -F '[.-]' '{ major[NR] = $1; minor[NR] = $2 }
        END { exit !(major[2] > major[1] || (major[2] == major[1] && minor[2] >= minor[1])) }'
}

version_of() {
    PULUMI_SKIP_UPDATE_CHECK=1 "$1" version 2>/dev/null || true
}

if command -v pulumi >/dev/null 2>&1; then
    version=$(version_of pulumi)
    if [ -n "$version" ] && at_least "$oldest" "$version"; then
        echo "engine: pulumi $version on PATH"
        exit 0
    fi
fi

if [ -x "$built" ]; then
    echo "engine: pulumi $(version_of "$built") in .cache/bin"
    exit 0
fi

go_version=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
if [ -z "$go_version" ] || ! at_least 1.24.0 "$go_version"; then
    echo "engine: install the Pulumi CLI $oldest or newer, or Go 1.24 or newer to build it from its module" >&2
    exit 1
fi

version=$(awk '$1 == "github.com/pulumi/pulumi/pkg/v3" { print $2 }' "$here/go.mod")
echo "engine: building pulumi $version from its Go module (some minutes, once)"
mkdir -p "$(dirname -- "$built")"
cd "$here"
# Built beside and moved: an interrupted build leaves nothing that looks finished.
CGO_ENABLED=0 go build -mod=readonly -trimpath -tags osusergo,grpcnotrace \
    -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$version" \
    -o "$built.partial" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
mv "$built.partial" "$built"
echo "engine: pulumi $(version_of "$built") in .cache/bin"
