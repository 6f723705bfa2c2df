#!/bin/bash
# Clients that are not ours against a started server with the debug model: schemathesis over the whole contract, the openai package and Triton's client of PyPI.
# Its last line is "N passed, N failed, N skipped". They live in an environment of their own, pinned in clients/requirements.txt and kept in the cache.
set -uo pipefail
cd "$(dirname "$0")/../.."

here=scripts/tiers/clients
cache="${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/clients"
. scripts/tiers/parts/skip.sh
. scripts/tiers/parts/server.sh

wanted=$(sha256sum "$here/requirements.txt" | cut -d' ' -f1)
if [ "$(cat "$cache/requirements.sha256" 2> /dev/null)" != "$wanted" ]; then
  rm -rf "$cache"
  { "${PYTHON:-python3}" -m venv "$cache" && "$cache/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"; } > "$work/install.log" 2>&1 || skip "the clients could not be installed ($(tail -1 "$work/install.log"))"
  echo "$wanted" > "$cache/requirements.sha256"
fi

UNIF2ACE_MODEL=test/fixtures/models/debug serve 300

# Files without a marker of success are failures: totals.py counts a missing one.
"$cache/bin/st" --config-file "$here/schemathesis.toml" run "$address/openapi.json" --report junit --report-junit-path "$work/schemathesis.xml" --no-color
UNIF2ACE_ADDRESS=$address "$cache/bin/python" -m pytest -q -p no:cacheprovider --junitxml "$work/clients.xml" "$here"
say_faults
"$cache/bin/python" "$here/totals.py" "$work/schemathesis.xml" "$work/clients.xml"
