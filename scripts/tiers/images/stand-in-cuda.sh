#!/bin/bash
# Makes the image that stands in for nvidia/cuda:…-cudnn-runtime: the stand-in base with the libraries of CUDA and cuDNN that ONNX Runtime's provider asks for, where ldconfig finds them. They are those that PyTorch brings, and cuRAND of PyPI, which it does not bring.
# usage: stand-in-cuda.sh NAME BASE LIBRARIES CACHE; LIBRARIES is site-packages/nvidia of an environment with PyTorch for CUDA 13, BUILDAH the command with its storage. With WITHOUT=FILE that library is left out.
set -euo pipefail
name=$1 base=$2 libraries=$3 cache=$4

# Of CUDA 13.0, as the real base is.
curand=nvidia-curand==10.4.0.35
[ -e "$cache/curand/nvidia/cu13/lib/libcurand.so.10" ] || python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$cache/curand" "$curand"

container=$($BUILDAH from --pull-never "$base")
root=$($BUILDAH mount "$container")
folder=$root/usr/local/cuda/lib64
mkdir -p "$folder"
for file in "$libraries"/cu13/lib/lib{cublas,cublasLt,cudart}.so.13 "$libraries"/cudnn/lib/libcudnn.so.9 "$cache"/curand/nvidia/cu13/lib/libcurand.so.10; do
  [ "$(basename "$file")" = "${WITHOUT:-}" ] || cp "$file" "$folder/"
done
echo /usr/local/cuda/lib64 > "$root/etc/ld.so.conf.d/cuda.conf"
chroot "$root" /sbin/ldconfig
$BUILDAH umount "$container" > /dev/null
$BUILDAH commit --quiet --rm "$container" "$name" > /dev/null
