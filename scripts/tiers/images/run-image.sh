#!/bin/bash
# Runs an image as a restricted container would: the image's own user, entry point and environment, a root file system that cannot be written, an empty /tmp, process numbers of its own, no new privileges.
# The network is this machine's, and the program begins in /. Ends as the image's process ends.
# usage: run-image.sh ROOT CONFIG [NAME=VALUE…] [--mount FROM TO] [-- ARGUMENT…]
#   ROOT    where the image is mounted
#   CONFIG  its configuration as JSON (User, Entrypoint, Cmd, Env)
set -euo pipefail
root=$1
config=$2
shift 2

environment=() mounts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  if [ "$1" = --mount ]; then mounts+=("$2" "$3"); shift 3; else environment+=("$1"); shift; fi
done
[ $# -eq 0 ] || shift

# One word a line; an argument with a line break would be two, and images have none.
words () { node -e 'const value = JSON.parse(process.argv[1])[process.argv[2]] ?? []; for (const word of [value].flat()) console.log(word)' "$config" "$1"; }
mapfile -t entry < <(words Entrypoint)
mapfile -t command < <(words Cmd)
mapfile -t own < <(words Env)
user=$(words User)
[ $# -eq 0 ] || command=("$@")

mkdir -p "$root/proc" "$root/dev" "$root/tmp"
for ((index = 0; index < ${#mounts[@]}; index += 2)); do mkdir -p "$root${mounts[index + 1]}"; done

# shellcheck disable=SC2016 # the inner shell has its own variables
exec unshare --mount --pid --fork --kill-child -- bash -c '
  set -euo pipefail
  eval "$1"
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount --rbind /dev "$root/dev"
  for ((index = 0; index < ${#mounts[@]}; index += 2)); do
    mount --bind "${mounts[index]}" "$root${mounts[index + 1]}"
    mount -o remount,bind,ro "$root${mounts[index + 1]}"
  done
  # The last of two values of a variable holds.
  exec env -i "${own[@]}" "${environment[@]}" /usr/bin/setpriv --no-new-privs /usr/sbin/chroot --userspec="$user" "$root" "${entry[@]}" "${command[@]}"
' run-image "$(declare -p root user mounts own environment entry command)"
