#!/bin/bash
# Training by several processes for real: four gloo processes have the losses of one, one of them is told to stop, two others go on from the checkpoint (training/tests/trainer/test_split_run.py).
# Its last line is "N passed, N failed, N skipped". It belongs to the training tests that are too slow for `npm test`.
set -uo pipefail
cd "$(dirname "$0")/../.."

. scripts/tiers/parts/training.sh

(cd training && OMP_NUM_THREADS=1 "$python" -m pytest -q -m slow -p no:cacheprovider --basetemp "$work/tests" --junitxml "$work/scale.xml" tests/trainer/test_split_run.py)
"$python" scripts/tiers/clients/totals.py "$work/scale.xml"
