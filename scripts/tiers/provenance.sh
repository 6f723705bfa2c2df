#!/bin/bash
# Signatures for real: the built server with the C2PA library beside it, as a user installs it, a certificate of its own making, and the C2PA library of PyPI as a second reader.
# Its last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."

cache="${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/c2pa"
log=$(mktemp)
place=

finish () { rm -rf "$log" ${place:+"$place"}; }
trap finish EXIT

. scripts/tiers/parts/skip.sh

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1

# Below node_modules, so that the copy finds what the package depends on; the C2PA library is beside the copy only.
mkdir -p node_modules/.cache
place=$(mktemp -d -p "$PWD/node_modules/.cache" provenance.XXXXXX)
echo '{"private": true}' > "$place/package.json"
version=$(node -p "require('./package.json').peerDependencies['@contentauth/c2pa-node']")
npm install --prefix "$place" --ignore-scripts --no-audit --no-fund --silent "@contentauth/c2pa-node@$version" > "$log" 2>&1 || skip "the C2PA library could not be installed ($(tail -1 "$log"))"
( cd "$place" && node -e "import('@contentauth/c2pa-node').then(({ LocalSigner }) => { try { LocalSigner.newSigner(Buffer.from(''), Buffer.from(''), 'es256') } catch (error) { if (/index.node/.test(error.message)) throw error } })" ) > "$log" 2>&1 || skip 'the C2PA library has no native part for this machine'
mkdir "$place/server" && cp -r dist policy playground openapi.yaml package.json "$place/server/"

[ -x "$cache/bin/python" ] && "$cache/bin/python" -c 'import c2pa' 2> /dev/null || { rm -rf "$cache" && "${PYTHON:-python3}" -m venv "$cache" && "$cache/bin/pip" install --quiet --disable-pip-version-check 'c2pa-python==0.38.1'; } > "$log" 2>&1 || skip "c2pa-python could not be installed ($(tail -1 "$log"))"

node --import tsx scripts/tiers/provenance/main.ts "$place" "$cache/bin/python"
