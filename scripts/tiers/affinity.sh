#!/bin/bash
# Session affinity for real: HAProxy with the configuration of k8s/components/session-affinity sends questions about one picture to one of two servers, and that one has read the picture.
# Its last line is "N passed, N failed, N skipped". Needs no root: Debian's packages are unpacked, not installed.
set -uo pipefail
cd "$(dirname "$0")/../.."

. scripts/tiers/parts/skip.sh
. scripts/tiers/parts/unpack.sh

program=$(command -v haproxy) || {
  unpack haproxy haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 || skip "$fault"
  program=$unpacked/usr/sbin/haproxy
  export LD_LIBRARY_PATH=$unpacked/usr/lib/$(uname -m)-linux-gnu
}
"$program" -v > /dev/null 2>&1 || skip "$program does not run here"

[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
npm run --silent build || exit 1
exec node --import tsx scripts/tiers/affinity/main.ts "$program"
