# For tiers over the training job as scripts/test-training.sh has installed it; they source it. $python is its interpreter, $work a folder that goes when the tier ends.
. scripts/tiers/parts/skip.sh

python=$PWD/training/.venv/bin/python
[ -x "$python" ] || skip 'the training job is not installed; scripts/test-training.sh installs it'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
