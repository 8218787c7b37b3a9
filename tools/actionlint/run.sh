#!/bin/sh
# Checks the workflows with actionlint, which is built from its Go module into .cache/bin once for each pinned version.
# The pins are in go.mod beside this file. Without Go nothing is checked; with CI=true that is a failure.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
version=$(awk '$1 == "github.com/rhysd/actionlint" { print $2 }' "$here/go.mod")
built=$root/.cache/bin/actionlint-$version

if [ ! -x "$built" ]; then
    if ! command -v go >/dev/null 2>&1; then
        echo "actionlint: workflows are not checked: install Go 1.24 or newer to build actionlint $version" >&2
        [ "${CI:-}" = true ] && exit 1
        exit 0
    fi
    echo "actionlint: building $version from its Go module (once)"
    mkdir -p "$(dirname -- "$built")"
    # Built beside and moved: an interrupted build leaves nothing that looks finished.
    (cd "$here" && CGO_ENABLED=0 go build -mod=readonly -trimpath -o "$built.partial" github.com/rhysd/actionlint/cmd/actionlint)
    mv "$built.partial" "$built"
fi

cd "$root"
# Only actionlint's own rules: shellcheck and pyflakes would decide differently on each machine.
exec "$built" -shellcheck= -pyflakes= "$@"
