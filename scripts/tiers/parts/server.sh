# For tiers that talk to a started server; they source it. $work is a folder that goes with the server when the tier ends.
work=$(mktemp -d)
server=
address=

finish () {
  [ -n "$server" ] && kill "$server" 2> /dev/null && wait "$server" 2> /dev/null
  rm -rf "$work"
}
trap finish EXIT

# fail LOG: ends the tier with the end of a log.
fail () {
  tail -5 "$1"
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
}

# serve TRIES: builds and starts the server as the environment says, sets $address, and waits for it that many times 0.2 s.
serve () {
  [ -x node_modules/.bin/tsx ] || npm ci --silent || exit 1
  npm run --silent build || exit 1
  UNIF2ACE_PORT=0 UNIF2ACE_LOG_LEVEL=info node dist/main.js > "$work/server.log" &
  server=$!
  for _ in $(seq "$1"); do
    address=$(sed -n 's/.*"msg":"ready on \(http[^"]*\)".*/\1/p' "$work/server.log")
    [ -n "$address" ] && break
    kill -0 "$server" 2> /dev/null || break
    sleep 0.2
  done
  [ -n "$address" ] || fail "$work/server.log"
}

# say_faults: whether it still lives, and its first errors.
say_faults () {
  kill -0 "$server" 2> /dev/null || { echo 'the server did not survive:'; tail -5 "$work/server.log"; }
  grep '"level":"error"' "$work/server.log" | head -5
}
