#!/bin/bash
# Metrics for real: a Prometheus scrapes a server under mixed load, and answers every panel's query and every rule; promtool checks the rules and the metrics.
# Its last line is "N passed, N failed, N skipped". Needs no root: Debian's package is unpacked, not installed.
set -uo pipefail
cd "$(dirname "$0")/../.."

cache="${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/prometheus"

. scripts/tiers/parts/skip.sh

fetch () {
  rm -rf "$cache" && mkdir -p "$cache" || return 1
  ( cd "$cache" && { apt-get download prometheus || { apt-get update && apt-get download prometheus; }; } && dpkg -x prometheus_*.deb . && rm prometheus_*.deb )
}

if command -v prometheus > /dev/null && command -v promtool > /dev/null; then
  tools=$(dirname "$(command -v prometheus)")
else
  tools="$cache/usr/bin"
  [ -x "$tools/promtool" ] || { command -v dpkg > /dev/null && fetch > "${TMPDIR:-/tmp}/prometheus-fetch.log" 2>&1; } || skip "no Prometheus: Debian's package could not be had ($(tail -1 "${TMPDIR:-/tmp}/prometheus-fetch.log" 2> /dev/null))"
fi
"$tools/promtool" --version > /dev/null 2>&1 || skip "$tools/promtool does not run here"

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1
exec node --import tsx scripts/tiers/metrics/main.ts "$tools"
