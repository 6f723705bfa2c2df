# For tiers that use programs of Debian's packages without installing them; they source it.

# unpack NAME PACKAGE…: unpacks packages into $unpacked, a folder that is kept, unless they are there already. Where they cannot be had it fails, and says why in $fault.
unpack () {
  unpacked=${XDG_CACHE_HOME:-$HOME/.cache}/unif2ace-serve/$1
  fault="no $1: there is no dpkg to unpack Debian's package with"
  [ -e "$unpacked/complete" ] && return
  command -v dpkg > /dev/null || return
  local name=$1 said
  shift
  said=$(
    exec 2>&1
    # Tiers run side by side: apt lets one at a time at its lists, and one of them is enough.
    exec 9> "${TMPDIR:-/tmp}/unif2ace-apt.lock" && flock 9
    [ ! -e "$unpacked/complete" ] || exit 0
    rm -rf "$unpacked" && mkdir -p "$unpacked" && cd "$unpacked" &&
      { apt-get download "$@" || { apt-get update && apt-get download "$@"; }; } &&
      for package in ./*.deb; do dpkg -x "$package" . || exit 1; done &&
      rm ./*.deb && touch complete
  ) && return
  fault="no $name: Debian's package could not be had (${said##*$'\n'})"
  return 1
}

# find_prometheus: the folder of prometheus and promtool in $tools, or the reason in $fault.
find_prometheus () {
  if command -v prometheus > /dev/null && command -v promtool > /dev/null; then
    tools=$(dirname "$(command -v prometheus)")
  else
    unpack prometheus prometheus || return
    tools=$unpacked/usr/bin
  fi
  fault="$tools/promtool does not run here"
  "$tools/promtool" --version > /dev/null 2>&1
}
