#!/bin/sh
# Crates added to axum's own tree, and seconds that a clean build of a hello application takes more:
# with login-runtime, and with axum-login. Usage: tests/bench/build-cost.sh
set -eu
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

hello() { # NAME DEPENDENCY…: an application that serves one page
    mkdir -p "$work/$1/src"
    name="$1"
    shift
    {
        printf '[package]\nname = "hello"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n'
        printf 'axum = "0.8.9"\ntokio = { version = "1", features = ["macros", "rt-multi-thread"] }\n'
        for dependency in "$@"; do printf '%s\n' "$dependency"; done
    } >"$work/$name/Cargo.toml"
    cat >"$work/$name/src/main.rs" <<'RUST'
#[tokio::main]
async fn main() {
    let app: axum::Router = axum::Router::new().route("/", axum::routing::get(async || "hello"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
RUST
}

crates() { (cd "$work/$1" && cargo tree -q -e normal --prefix none --no-dedupe | sed 's/ (.*//' | sort -u | grep -vc '^hello '); }

seconds() {
    cd "$work/$1"
    cargo fetch -q
    start=$(date +%s.%N)
    CARGO_TARGET_DIR="$work/$1/target" cargo build -q
    echo "$(date +%s.%N) $start" | awk '{ printf "%.1f", $1 - $2 }'
}

hello axum
hello ours "login-runtime = { path = \"$root/login-runtime\" }"
hello peer 'axum-login = "0.18.0"' 'tower-sessions = "0.14.0"'
for app in axum ours peer; do
    echo "$app: $(crates "$app") crates, $(seconds "$app") s"
done
