#!/bin/sh
# Instructions per request, counted by callgrind: steady where nanoseconds are not.
# Usage: tests/bench/callgrind.sh [REQUEST…]   by default every request of the overhead table
set -eu
cd "$(dirname "$0")/../.."
: "${CARGO_TARGET_DIR:=target}"
CARGO_PROFILE_RELEASE_DEBUG=line-tables-only cargo build -q -p login-bench --release --target-dir "$CARGO_TARGET_DIR/callgrind"
bench="$CARGO_TARGET_DIR/callgrind/release/login-bench"
requests=200
[ $# -gt 0 ] || set -- public_anonymous public_with_cookie protected refused

count() { # PEER REQUEST
    out="$CARGO_TARGET_DIR/callgrind/$(echo "$1-$2" | tr ' ,' '__').out"
    # The first arena of the allocator alone: its layout is then the same in every run.
    GLIBC_TUNABLES=glibc.malloc.arena_max=1 valgrind --tool=callgrind --toggle-collect='*counted*' \
        --callgrind-out-file="$out" "$bench" count "$1" "$2" "$requests" >/dev/null 2>"$out.log"
    total=$(sed -n 's/^summary: *//p;s/^totals: *//p' "$out" | head -n 1)
    echo $((total / requests))
}

printf '%-20s %10s %10s %10s %10s %8s\n' request bare no-op ours axum-login ratio
for request in "$@"; do
    bare=$(count 'bare axum' "$request")
    noop=$(count 'no-op layer' "$request")
    ours=$(count 'login-runtime' "$request")
    peer=$(count 'axum-login' "$request")
    ratio=$(awk "BEGIN { printf \"%.3f\", ($ours - $bare) / ($peer - $bare) }")
    printf '%-20s %10s %10s %10s %10s %8s\n' "$request" "$bare" "$noop" "$ours" "$peer" "$ratio"
done
