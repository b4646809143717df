#!/usr/bin/env bash
# Starts the quickstart on a free port, walks every route with curl and checks each answer.
#
#   examples/quickstart/walk.sh [program]
#
# Without a program it builds and runs the one of this workspace.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-}
if [ -z "$program" ]; then
    cargo build --quiet -p quickstart
    program=${CARGO_TARGET_DIR:-target}/debug/quickstart
fi
program=$(realpath "$program")

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -rf "$work"' EXIT

export DATABASE=$work/quickstart.db ADDR=127.0.0.1:0
SECRET_KEY=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
export SECRET_KEY

start() {
    "$program" >"$work/out" 2>"$work/err" &
    server=$!
    for _ in $(seq 100); do
        site=$(sed -n 's/^listening on //p' "$work/out")
        [ -n "$site" ] && return
        sleep 0.1
    done
    echo "the server did not start:"
    cat "$work/out" "$work/err"
    exit 1
}

checks=0
fail() {
    echo "walk: $*"
    sed 's/^/    /' "$work/head" "$work/body" 2>/dev/null || true
    exit 1
}

# ask STATUS PATH [curl's arguments]: sends a request and expects its status.
ask() {
    local expected=$1 path=$2 status
    shift 2
    status=$(curl -sS --max-time 20 -o "$work/body" -D "$work/head" -w '%{http_code}' "$@" "$site$path")
    [ "$status" = "$expected" ] || fail "$path answered $status, not $expected"
    checks=$((checks + 1))
}

# The last answer has this text in its body, or this line among its headers.
body() { grep -qF -- "$1" "$work/body" || fail "no \`$1\` in the page"; }
head() { tr -d '\r' <"$work/head" | grep -qix -- "$1" || fail "no header \`$1\`"; }
no_body() { ! grep -qF -- "$1" "$work/body" || fail "\`$1\` in the page"; }

start
jar=$work/jar
ada=(-d username=ada -d password=enchantress)
with=(-b "$jar" -c "$jar")

echo "anonymous"
ask 200 /
body "Log in"
ask 303 /dashboard "${with[@]}"
head 'location: /login?next=%2Fdashboard'
ask 200 '/login?next=%2Fdashboard' "${with[@]}"
body "Please log in to access this page."
head 'cache-control: no-store'
ask 303 /settings
ask 303 /confirm
ask 303 /confirm -X POST
ask 401 /api/me -H 'Accept: application/json'
head 'content-type: application/problem+json'
ask 401 /api/me -H 'X-Requested-With: XMLHttpRequest'
ask 303 /logout -X POST
ask 405 /logout
ask 404 /nothing

echo "wrong credentials"
ask 401 /login -d username=ada -d password=wrong
body 'name="password"'
ask 401 /login -d username=nobody -d password=enchantress
ask 401 /login -d username=grace -d password=harvard-mark-1
body "This account is not active."
ask 403 /login "${ada[@]}" -H 'Sec-Fetch-Site: cross-site'
ask 303 '/login?next=//evil.example' "${ada[@]}"
head 'location: /'

echo "logged in and remembered"
ask 303 '/login?next=%2Fdashboard' "${ada[@]}" -d remember=on "${with[@]}"
head 'location: /dashboard'
ask 200 / "${with[@]}"
body "Hi ada!"
ask 200 /dashboard "${with[@]}"
ask 200 /settings "${with[@]}"
ask 200 /confirm "${with[@]}"
ask 200 /api/me "${with[@]}"
body '{"id":1,"name":"ada","fresh":true,"remembered":true}'

echo "restarted"
stop
start
ask 200 /dashboard "${with[@]}"

echo "restored from the remember cookie"
sed -i '/login_session/d' "$jar"
ask 303 /settings "${with[@]}"
head 'location: /confirm?next=%2Fsettings'
ask 200 /api/me "${with[@]}"
body '"fresh":false'
ask 401 '/confirm?next=%2Fsettings' -d password=wrong "${with[@]}"
ask 303 '/confirm?next=%2Fsettings' -d password=enchantress "${with[@]}"
head 'location: /settings'
ask 200 /settings "${with[@]}"

echo "logged out"
cp "$jar" "$work/copied"
ask 303 /logout -X POST "${with[@]}"
ask 200 / "${with[@]}"
body "You are logged out."
no_body "Hi ada!"
ask 303 /dashboard "${with[@]}"
ask 303 /dashboard -b "$work/copied"

echo "with an API key"
ask 200 /api/me -H 'Authorization: Bearer ada-api-key'
body '{"id":1,"name":"ada","fresh":false,"remembered":false}'
ask 401 /api/me -H 'Authorization: Bearer wrong' -H 'Accept: application/json'
head 'www-authenticate: Bearer.*'

# refuses_to_start TEXT NAME=VALUE: exit code 1 and a sentence with this text.
refuses_to_start() {
    local text=$1 code=0
    shift
    env "$@" timeout 20 "$program" >"$work/head" 2>"$work/body" || code=$?
    [ "$code" = 1 ] || fail "exit code $code with $*"
    body "$text"
    checks=$((checks + 1))
}
# They are those of SQLite.
unset LOGINS
echo "unusable settings"
refuses_to_start "SECRET_KEY: a secret key needs at least 32 bytes" SECRET_KEY=short
refuses_to_start "ADDR: \`nowhere\`" ADDR=nowhere
refuses_to_start "ADDR: \`${site#http://}\`" "ADDR=${site#http://}"
refuses_to_start "DATABASE:" "DATABASE=$work/missing/app.db"
refuses_to_start "$work/missing/app.db" "DATABASE=$work/missing/app.db"

echo "walk: $checks answers as expected"
