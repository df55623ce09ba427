# Checks and suites, one after the other or side by side, and the count of what really ran. Sourced by `run`.

passed=0
failed=0
logs=$(mktemp -d)
# What `summary` says again: how each step ended, and which tests failed.
ended=() broken=()
# Of what runs beside the rest: one entry for each, in the order of their beginning.
kinds=() names=() pids=()

# Ends what runs beside, each with its children, when this run ends before them.
clean_up() {
  local pid
  for pid in "${pids[@]}"; do kill -TERM -- "-$pid" 2>/dev/null; done
  rm -rf "$logs"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The number in front of a word in the test runner's summary line of a log; 0 when it is not there.
counted() {
  local number
  number=$(sed 's/\x1b\[[0-9;]*m//g' "$2" | grep -E '^Tests:' | tail -n 1 | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+')
  echo "${number:-0}"
}

# The headings that the test runner prints above what went wrong in each test, each once.
failed_tests() {
  sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -oE '^ +● .+' | sed 's/^ *● //' | awk '!seen[$0]++'
}

# Counts a check that has ended, as one.
count_check() {
  local name=$1 status=$2 seconds=$4
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "!! $name failed"
    broken+=("$name")
  fi
  tell_end "$name: $seconds s"
}

# Says how a step ended, now and in the summary.
tell_end() {
  echo "-- $1"
  ended+=("-- $1")
}

# Counts a test suite that has ended: each of its tests as one.
count_suite() {
  local name=$1 status=$2 log=$3 seconds=$4 ran broke
  ran=$(counted passed "$log")
  broke=$(counted failed "$log")
  # A runner that ended badly, or ran nothing, has failed whatever it counted.
  if [ "$broke" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$ran" -eq 0 ]; }; then broke=1; fi
  passed=$((passed + ran))
  failed=$((failed + broke))
  if [ "$broke" -gt 0 ]; then
    broken+=("$name")
    while IFS= read -r test; do broken+=("  $test"); done < <(failed_tests "$log")
  fi
  tell_end "$name: $ran passed, $broke failed, $seconds s"
}

# Runs one check.
check() {
  local name=$1 began=$SECONDS
  shift
  echo "== $name: $*"
  "$@"
  count_check "$name" $? '' $((SECONDS - began))
}

# Runs a test suite.
suite() {
  local name=$1 began=$SECONDS
  shift
  echo "== $name: $*"
  bash -c "$*" 2>&1 | tee "$logs/now"
  count_suite "$name" "${PIPESTATUS[0]}" "$logs/now" $((SECONDS - began))
}

# Begins a check or a suite that runs beside what follows, up to `together`: beside check|suite <name> <command>. In a session of
# its own, so that its children end with it. For what waits more than it computes, or what compares no times.
beside() {
  local kind=$1 name=$2
  shift 2
  echo "== $name (beside what follows): $*"
  begin_beside "$kind" "$name" '' "$*"
}

# The same, as soon as what was begun beside last has ended: behind check|suite <name> <command>.
behind() {
  local kind=$1 name=$2
  shift 2
  if [ ${#pids[@]} -eq 0 ]; then
    echo "behind: nothing runs beside that $name could be behind" >&2
    exit 2
  fi
  echo "== $name (beside what follows, behind ${names[-1]}): $*"
  begin_beside "$kind" "$name" "$((${#pids[@]} - 1))" "$*"
}

# Begins it at once, or when the entry with the index `$3` has ended, however that ended.
begin_beside() {
  local kind=$1 name=$2 before=$3 command=$4 log=$logs/${#pids[@]}
  rm -f "$log.seconds"
  setsid bash -c '
    [ -z "$3" ] || until [ -e "$3.seconds" ] || ! kill -0 "$4" 2>/dev/null; do sleep 0.2; done
    SECONDS=0
    bash -c "$1"; status=$?; echo "$SECONDS" >"$2"; exit "$status"' \
    beside "$command" "$log.seconds" "${before:+$logs/$before}" "${before:+${pids[before]}}" >"$log" 2>&1 </dev/null &
  kinds+=("$kind") names+=("$name") pids+=("$!")
}

# Waits for all that runs beside. Each is printed whole, and counted as it would be alone.
together() {
  local index status log
  for index in "${!pids[@]}"; do
    log=$logs/$index
    wait "${pids[index]}"
    status=$?
    echo "== ${names[index]}, which ran beside:"
    cat "$log"
    "count_${kinds[index]}" "${names[index]}" "$status" "$log" "$(cat "$log.seconds" 2>/dev/null || echo '?')"
  done
  kinds=() names=() pids=()
}

# How each step ended, which tests failed, and the last line of a run, which counts all. Fails when something has failed.
summary() {
  echo '== Summary'
  printf '%s\n' "${ended[@]}"
  [ ${#broken[@]} -eq 0 ] || printf '!! %s\n' "${broken[@]}"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
