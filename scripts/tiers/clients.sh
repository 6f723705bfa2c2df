#!/bin/bash
# Clients that are not ours against a started server with the debug model: schemathesis over the whole contract, the openai package and Triton's client of PyPI.
# Its last line is "N passed, N failed, N skipped". They live in an environment of their own, pinned in clients/requirements.txt and kept in the cache.
set -uo pipefail
cd "$(dirname "$0")/../.."

here=scripts/tiers/clients
cache="${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/clients"
work=$(mktemp -d)
server=

finish () {
  [ -n "$server" ] && kill "$server" 2> /dev/null && wait "$server" 2> /dev/null
  rm -rf "$work"
}
trap finish EXIT

skip () {
  echo "skipped: $1"
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
}

wanted=$(sha256sum "$here/requirements.txt" | cut -d' ' -f1)
if [ "$(cat "$cache/requirements.sha256" 2> /dev/null)" != "$wanted" ]; then
  rm -rf "$cache"
  { "${PYTHON:-python3}" -m venv "$cache" && "$cache/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"; } > "$work/install.log" 2>&1 || skip "the clients could not be installed ($(tail -1 "$work/install.log"))"
  echo "$wanted" > "$cache/requirements.sha256"
fi

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1
UNIF2ACE_MODEL=test/fixtures/models/debug UNIF2ACE_PORT=0 UNIF2ACE_LOG_LEVEL=info node dist/main.js > "$work/server.log" &
server=$!
address=
for _ in $(seq 300); do
  address=$(sed -n 's/.*"msg":"ready on \(http[^"]*\)".*/\1/p' "$work/server.log")
  [ -n "$address" ] && break
  kill -0 "$server" 2> /dev/null || break
  sleep 0.2
done
[ -n "$address" ] || { tail -5 "$work/server.log"; echo '0 passed, 1 failed, 0 skipped'; exit 1; }

# Files without a marker of success are failures: totals.py counts a missing one.
"$cache/bin/st" --config-file "$here/schemathesis.toml" run "$address/openapi.json" --report junit --report-junit-path "$work/schemathesis.xml" --no-color
UNIF2ACE_ADDRESS=$address "$cache/bin/python" -m pytest -q -p no:cacheprovider --junitxml "$work/clients.xml" "$here"
kill -0 "$server" 2> /dev/null || { echo 'the server did not survive its clients:'; tail -5 "$work/server.log"; }
grep '"level":"error"' "$work/server.log" | head -5
"$cache/bin/python" "$here/totals.py" "$work/schemathesis.xml" "$work/clients.xml"
