#!/usr/bin/env bash
# The training half of the tests. Makes training/.venv from the lock file where it is missing.
set -euo pipefail
cd "$(dirname "$0")/../training"

python=${PYTHON:-python3}
stamp=.venv/.requirements.sha256
wanted=$(sha256sum requirements.lock | cut -d' ' -f1)
if [ ! -x .venv/bin/python ]; then
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "training needs Python 3.11 or later; set PYTHON to one" >&2; exit 1; }
  "$python" -m venv .venv
fi
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
  echo "$wanted" > "$stamp"
fi

export PATH="$PWD/.venv/bin:$PATH"
ruff check .
ruff format --check .
pyright
lint-imports
python -m pytest -m 'not slow' "$@"
