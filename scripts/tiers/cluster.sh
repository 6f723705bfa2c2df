#!/bin/bash
# The manifests of k8s/ against a real control plane: etcd, kube-apiserver, kube-controller-manager and kube-scheduler, with kwok for the nodes.
# Its last line is "N passed, N failed, N skipped". Nothing is installed: the programs are built from their Go modules once (13 minutes on two quiet cores) and kept in the cache.
set -uo pipefail
cd "$(dirname "$0")/../.."

. scripts/tiers/parts/skip.sh
. scripts/tiers/parts/unpack.sh

command -v go > /dev/null || skip 'no Go: the control plane is built from its modules'
[ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
folder=$(bash scripts/tiers/cluster/programs.sh 2> >(tee "$log" >&2))
case $? in
  0) ;;
  3) skip "$(tail -1 "$log")" ;;
  *) exit 1 ;;
esac
# For the autoscaler's metric; without it that check is skipped.
if find_prometheus; then npm run --silent build || exit 1; else tools=; fi
node --import tsx scripts/tiers/cluster/main.ts "$folder" "$tools"
