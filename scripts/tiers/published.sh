#!/bin/bash
# Published weights all the way: small Show-o, MAGVIT-v2, CLIP and AntelopeV2 in their published layouts begin a run, are trained with, exported and served, and the server's embeddings are those that training saw.
# Its last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."

. scripts/tiers/parts/training.sh

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1

export OMP_NUM_THREADS=1
make () { "$python" -m unif2ace_training "$@"; }
portraits=training/tests/assets/portraits
cd training || exit 1
{
  make prepare --pictures "../$portraits" --out "$work/prepared" --preset debug --vocabulary 2048 &&
    "$python" scripts/make_published_folders.py --out "$work/published" --prepared "$work/prepared" &&
    make tokenizer --pictures "../$portraits" --out "$work/tokenizer" --preset debug --published "$work/published/magvitv2" &&
    make encoders --pictures "../$portraits" --prepared "$work/prepared" --out "$work/encoders" --preset debug --published-clip "$work/published/clip-vit-large-patch14-336" --published-face "$work/published/antelopev2" &&
    make initialise --preset debug --weights "$work/published/show-o" --prepared "$work/prepared" --encoders "$work/encoders" --out "$work/start" &&
    make train --preset debug --init "$work/start" --prepared "$work/prepared" --tokenizer "$work/tokenizer" --encoders "$work/encoders" --out "$work/run" --stage-1-steps 3 --stage-2-steps 3 &&
    make export --run "$work/run" --prepared "$work/prepared" --tokenizer "$work/tokenizer" --encoders "$work/encoders" --out "$work/model" &&
    "$python" ../scripts/tiers/published/write_expected.py "$work" "../$portraits"
} > "$work/log" 2>&1 || {
  tail -20 "$work/log"
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
}
cd ..
node --import tsx scripts/tiers/published/main.ts "$work"
