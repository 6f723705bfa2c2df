#!/bin/bash
# Bills of materials as CycloneDX JSON: what the server's image holds of npm, and what the trainer's lock names of PyPI. Base images and Debian packages are in the images' own attestations (.github/workflows/release.yml).
# usage: sbom.sh FOLDER; needs cyclonedx-py (pip install cyclonedx-bom) on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?a folder for server.cdx.json and trainer.cdx.json}
mkdir -p "$folder"

npm sbom --sbom-format cyclonedx --omit dev --package-lock-only > "$folder/server.cdx.json"
cyclonedx-py requirements --pyproject training/pyproject.toml --output-reproducible --of JSON -o "$folder/trainer.cdx.json" training/requirements.lock

for file in "$folder"/{server,trainer}.cdx.json; do
  node -e "
    const [file] = process.argv.slice(1)
    const { bomFormat, components = [] } = JSON.parse(require('fs').readFileSync(file, 'utf8'))
    if (bomFormat !== 'CycloneDX' || components.length === 0) throw new Error(file + ' names no components')
    console.log(file + ': ' + components.length + ' components')
  " "$file"
done
