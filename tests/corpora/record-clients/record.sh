#!/usr/bin/env bash
# Records what real clients send, anew. Needs Chromium, curl, wget, Node 20, Python 3 and cargo.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
RECORD_DIR=${RECORD_DIR:-$(mktemp -d)}
export RECORD_DIR
cd "$RECORD_DIR"
[ -f package.json ] || npm init -y >/dev/null
npm install --silent playwright-core htmx.org@2 jquery axios @hotwired/turbo unpoly got ws
python3 -m venv venv
venv/bin/pip install --quiet requests httpx aiohttp httpie

mkdir -p reqwest/src
cat >reqwest/Cargo.toml <<'TOML'
[package]
name = "record-reqwest"
version = "0.0.0"
edition = "2024"

[dependencies]
reqwest = { version = "*", default-features = false, features = ["blocking"] }

[workspace]
TOML
cp "$here/reqwest.rs" reqwest/src/main.rs
(
    cd reqwest
    [ -f Cargo.lock ] || cargo generate-lockfile --quiet
    REQWEST_VERSION=$(cargo tree --quiet --depth 1 | sed -n 's/.* reqwest v\([0-9.]*\).*/\1/p')
    export REQWEST_VERSION
    cargo build --quiet
)
exec node "$here/record.mjs"
