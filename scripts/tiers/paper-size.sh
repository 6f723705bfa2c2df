#!/bin/bash
# training/scripts/paper_size.py from weights to a served picture and caption, at debug size (training/tests/export/test_paper_size.py).
# Its last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."

. scripts/tiers/parts/training.sh

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1
(cd training && OMP_NUM_THREADS=1 "$python" -m pytest -q -m slow -p no:cacheprovider --basetemp "$work/tests" --junitxml "$work/paper-size.xml" tests/export/test_paper_size.py)
"$python" scripts/tiers/clients/totals.py "$work/paper-size.xml"
