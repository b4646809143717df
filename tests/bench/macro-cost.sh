#!/bin/sh
# Seconds of `cargo check` for 1,000 handlers with `#[login_required]` and without it: clean and not
# incremental, five times each in turn, medians. Usage: tests/bench/macro-cost.sh [HANDLERS]
set -eu
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
handlers="${1:-1000}"
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$work/target"

app() { # NAME ATTRIBUTE
    mkdir -p "$work/$1/src"
    cat >"$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
axum = "0.8.9"
login-runtime = { path = "$root/login-runtime" }
TOML
    {
        echo 'use axum::{Router, extract::Path, routing::get};'
        for number in $(seq "$handlers"); do
            echo "$2"
            echo "async fn page_$number(Path(id): Path<u64>) -> String { format!(\"page $number of {id}\") }"
        done
        echo 'pub fn app() -> Router { let mut app = Router::new();'
        for number in $(seq "$handlers"); do echo "app = app.route(\"/$number/{id}\", get(page_$number));"; done
        echo 'app }'
    } >"$work/$1/src/lib.rs"
    cp "$root/Cargo.lock" "$work/$1/" && (cd "$work/$1" && cargo check -q)
}

check() {
    cd "$work/$1"
    touch src/lib.rs
    start=$(date +%s.%N)
    cargo check -q
    echo "$(date +%s.%N) $start" | awk '{ printf "%.3f\n", $1 - $2 }' >>"$work/$1.times"
}

app with '#[login_runtime::login_required]'
app without ''
for _ in 1 2 3 4 5; do
    check without
    check with
done
with=$(sort -n "$work/with.times" | sed -n 3p)
without=$(sort -n "$work/without.times" | sed -n 3p)
echo "$handlers handlers: $with s with the attribute, $without s without, ratio $(awk "BEGIN { printf \"%.3f\", $with / $without }")"
