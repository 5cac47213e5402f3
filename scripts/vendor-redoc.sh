#!/usr/bin/env bash
# Renews skeleton-runtime/assets/redoc*: the bundle of Redoc, which no crate has, from the npm registry. Needs npm.
# Newer major versions send telemetry.
set -euo pipefail
cd "$(dirname "$0")/../skeleton-runtime/assets"

version=2.5.4
# Of the package's archive, as the registry tells it (npm view redoc@VERSION dist.integrity).
integrity=sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm pack --silent "redoc@$version" >/dev/null)
archive="$folder/redoc-$version.tgz"
found="sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w0)"
if [[ $found != "$integrity" ]]; then
    echo "vendor-redoc: the archive is $found, not $integrity" >&2
    exit 1
fi
tar -xzf "$archive" -C "$folder" package/LICENSE package/bundles
# Its one request to another host is for a logo.
sed 's|https://cdn.redoc.ly/redoc/logo-mini.svg|data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>|' \
    "$folder/package/bundles/redoc.standalone.js" | gzip -9n >redoc.standalone.js.gz
{
    echo "Redoc $version (https://github.com/Redocly/redoc), less the address of its logo:"
    echo
    cat "$folder/package/LICENSE"
    echo
    echo "It holds:"
    echo
    cat "$folder/package/bundles/"*.LICENSE.txt
} >redoc.LICENSE.txt
