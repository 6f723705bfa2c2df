#!/usr/bin/env bash
# The whole chain at debug size, in minutes on a CPU: render, prepare, tokenizer, encoders, train, evaluate, export.
#
#   bash training/scripts/full_circle.sh [FOLDER]      (training/work/debug)
#
# The model that comes out draws 32-pixel smudges: it shows that every link holds, not what the method can do.
# Each command goes on where it was stopped; remove FOLDER to begin anew.
set -euo pipefail
cd "$(dirname "$0")/.."

work=${1:-work/debug}
python=${PYTHON:-.venv/bin/python}
command() { echo "== $1"; "$python" -m unif2ace_training "$@"; }

command render --out "$work/pictures" --identities 100 --views 4 --size 64
command prepare --pictures "$work/pictures" --out "$work/prepared" --preset debug --vocabulary 512
command tokenizer --preset debug --pictures "$work/pictures" --out "$work/tokenizer"
command encoders --preset debug --pictures "$work/pictures" --prepared "$work/prepared" --out "$work/encoders"
command train --preset debug --prepared "$work/prepared" --tokenizer "$work/tokenizer" --encoders "$work/encoders" --out "$work/run"
command export --run "$work/run" --prepared "$work/prepared" --tokenizer "$work/tokenizer" --encoders "$work/encoders" --out "$work/model" --name debug
echo "the model folder is $(realpath "$work/model")"
