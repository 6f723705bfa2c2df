#!/bin/bash
# Builds the programs of the cluster tier and takes the custom resources' definitions out of their modules; prints the folder that holds them: bin/, stages.yaml and crds/.
# Which versions: the go.mod and go.sum of modules/, and modules/crds.txt. What is there already is not made again.
# Exit status: 3 when a module cannot be had, 1 when one does not build or is not what was pinned.
set -uo pipefail
cd "$(dirname "$0")/modules"
export GOFLAGS=-buildvcs=false

version_of () { go list -C "$1" -mod=readonly -m -f '{{.Version}}' "$2"; }
kubernetes=$(version_of kubernetes k8s.io/kubernetes) && etcd=$(version_of etcd go.etcd.io/etcd/server/v3) && kwok=$(version_of kwok sigs.k8s.io/kwok) || exit 3
folder="${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/cluster-kubernetes-$kubernetes-etcd-$etcd-kwok-$kwok"
mkdir -p "$folder/bin" "$folder/crds"
# Two that run at once wait for each other: .ci/run begins to build long before the tier asks.
exec 9> "$folder/lock"
flock 9

# build MODULE PACKAGE PROGRAM [LINKER FLAGS]
build () {
  local program="$folder/bin/$3"
  [ -x "$program" ] && return
  echo "building $3" >&2
  go list -C "$1" -mod=readonly -deps "$2" > /dev/null || { echo "the modules of $3 could not be had" >&2; exit 3; }
  go build -C "$1" -mod=readonly -ldflags "-s -w ${4:-}" -o "$program.partial" "$2" || exit 1
  mv "$program.partial" "$program"
}

minor=${kubernetes#v1.}
stamp="-X k8s.io/component-base/version.gitVersion=$kubernetes -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=${minor%%.*}"
build etcd . etcd
build kwok sigs.k8s.io/kwok/cmd/kwok kwok
for program in kubectl kube-apiserver kube-controller-manager kube-scheduler; do
  build kubernetes "k8s.io/kubernetes/cmd/$program" "$program" "$stamp"
done

# What kwok does with nodes and pods: its own stages, which its program does not hold.
if [ ! -f "$folder/stages.yaml" ]; then
  stages="$(go list -C kwok -mod=readonly -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize/stage"
  for file in "$stages"/node/fast/node-initialize.yaml "$stages"/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml "$stages"/pod/fast/pod-{ready,complete,delete}.yaml; do
    cat "$file" && echo '---'
  done > "$folder/stages.yaml.partial" || { echo "kwok's stages are not where they were" >&2; exit 1; }
  mv "$folder/stages.yaml.partial" "$folder/stages.yaml"
fi

# Definitions of other people's objects, as their modules have them.
while read -r module version sum path; do
  case $module in '' | '#'*) continue ;; esac
  target="$folder/crds/${module//\//_}@$version"
  file="$target/$(basename "$path")"
  [ -f "$file" ] && continue
  found=$(cd "$(mktemp -d)" && go mod download -json "$module@$version") || { echo "the module $module could not be had" >&2; exit 3; }
  field () { sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",\{0,1\}$/\1/p" <<< "$found"; }
  [ "$(field Sum)" = "$sum" ] || { echo "$module@$version is not what was pinned: $(field Sum)" >&2; exit 1; }
  mkdir -p "$target" && install -m 644 "$(field Dir)/$path" "$file" || exit 1
done < crds.txt

echo "$folder"
