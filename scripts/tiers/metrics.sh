#!/bin/bash
# Metrics for real: a Prometheus scrapes a server under mixed load, and answers every panel's query and every rule; promtool checks the rules and the metrics.
# Its last line is "N passed, N failed, N skipped". Needs no root: Debian's package is unpacked, not installed.
set -uo pipefail
cd "$(dirname "$0")/../.."

. scripts/tiers/parts/skip.sh
. scripts/tiers/parts/unpack.sh

find_prometheus || skip "$fault"

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1
exec node --import tsx scripts/tiers/metrics/main.ts "$tools"
