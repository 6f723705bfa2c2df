#!/bin/bash
# docs/adapt.md for real: the default model learns a sentence from six captioned pictures, is exported and served, and says it.
# Its last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."

here=scripts/tiers/adapt
python=$PWD/training/.venv/bin/python
. scripts/tiers/parts/server.sh

if [ ! -x "$python" ]; then
  { "${PYTHON:-python3}" -m venv training/.venv && (cd training && .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.lock && .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .); } > "$work/install.log" 2>&1 || fail "$work/install.log"
fi

export OMP_NUM_THREADS=1 SENTENCE='A tintype of a stranger.'
mkdir "$work/pictures"
tar -xf training/tests/assets/portraits/portraits-00000.tar -C "$work/pictures" --wildcards '00000[0-2]-0[0-3].jpg'
for picture in "$work"/pictures/*.jpg; do
  echo "$SENTENCE" > "${picture%.jpg}.txt"
done
{
  "$python" -m unif2ace_training train --init models/unif2ace-small --data "$work/pictures" --out "$work/run" --stage-2-steps 40 --set batch_size=4 --set ema_decay=0.5 --set optimizer.lr=0.005 &&
    "$python" -m unif2ace_training export --run "$work/run" --base models/unif2ace-small --out "$work/adapted"
} > "$work/train.log" 2>&1 || fail "$work/train.log"

export UNIF2ACE_MODEL=$work/adapted
serve 600

export UNIF2ACE_ADDRESS=$address PICTURES=$work/pictures
"$python" -m pytest -q -s -p no:cacheprovider --junitxml "$work/adapt.xml" "$here"
say_faults
"$python" scripts/tiers/clients/totals.py "$work/adapt.xml"
