#!/bin/bash
# Makes the image that stands in for node:…-bookworm-slim and python:…-slim-bookworm where no registry of images can be reached: Debian by debootstrap, this machine's Node.js and npm.
# usage: stand-in-base.sh NAME CACHE; BUILDAH is the command with its storage.
set -euo pipefail
name=$1
cache=$2
files=$cache/debian.tar

if [ ! -s "$files" ]; then
  folder=$(mktemp -d "${TMPDIR:-/var/tmp}/debian.XXXXXX")
  trap 'rm -rf "$folder"' EXIT
  debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv bookworm "$folder" > "$cache/debootstrap.log" 2>&1
  rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/usr/share/doc/* "$folder"/usr/share/man/*
  tar -C "$folder" -cf "$files.part" . && mv "$files.part" "$files"
fi

container=$($BUILDAH from scratch)
root=$($BUILDAH mount "$container")
tar -C "$root" -xf "$files"
install -D "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -a "$(npm root --global)/npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
# The real image of Python has pip on its path.
chroot "$root" python3 -m venv /usr/local/lib/pip
ln -s ../lib/pip/bin/pip "$root/usr/local/bin/pip"
# This machine may reach its registries through a proxy with a certificate of its own.
certificates=/etc/ssl/certs/ca-certificates.crt
[ ! -s "$certificates" ] || cp "$certificates" "$root$certificates"
$BUILDAH config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env NODE_EXTRA_CA_CERTS=$certificates --env PIP_CERT=$certificates "$container"
$BUILDAH umount "$container" > /dev/null
$BUILDAH commit --quiet --rm "$container" "$name" > /dev/null
