#!/usr/bin/env bash
# Starts the quickstart on a free port, walks every route with curl and checks each answer: as a browser,
# by its `Accept`, and as the program that curl is.
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

# ask STATUS PATH [curl's arguments]: sends a request as a program and expects its status.
ask() {
    local expected=$1 path=$2 status
    shift 2
    status=$(curl -sS --max-time 20 -o "$work/body" -D "$work/head" -w '%{http_code}' "$@" "$site$path")
    [ "$status" = "$expected" ] || fail "$path answered $status, not $expected"
    checks=$((checks + 1))
}

# browse: the same as a browser that goes to a page.
browse() {
    ask "$@" -H 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
}

# The last answer has this text in its body, or this line among its headers.
body() { grep -qF -- "$1" "$work/body" || fail "no \`$1\` in the page"; }
head() { tr -d '\r' <"$work/head" | grep -qix -- "$1" || fail "no header \`$1\`"; }
no_head() { ! tr -d '\r' <"$work/head" | grep -qix -- "$1" || fail "there is a header \`$1\`"; }
no_body() { ! grep -qF -- "$1" "$work/body" || fail "\`$1\` in the page"; }

start
jar=$work/jar
ada=(-d username=ada -d password=enchantress)
with=(-b "$jar" -c "$jar")

echo "anonymous, as a browser"
browse 200 /
body "Log in"
browse 303 /dashboard "${with[@]}"
head 'location: /login?next=%2Fdashboard'
browse 200 '/login?next=%2Fdashboard' "${with[@]}"
body "Please log in to access this page."
head 'cache-control: no-store'
browse 303 /settings
browse 303 /confirm
browse 303 /confirm -X POST
head 'location: /login'
browse 303 /dashboard -H 'Sec-Purpose: prefetch'
no_head 'set-cookie:.*'
browse 401 /api/me -H 'X-Requested-With: XMLHttpRequest'
ask 303 /logout -X POST
ask 405 /logout
ask 404 /nothing

echo "anonymous, as a program"
for page in /dashboard /settings /confirm /api/me; do
    ask 401 "$page"
    head 'content-type: application/problem+json'
    head 'www-authenticate: Bearer realm="login"'
    no_head 'location:.*'
    no_head 'set-cookie:.*'
    body "\"login\":\"/login?next=${page//\//%2F}\""
done
ask 401 /confirm -X POST
body '"login":"/login"'
ask 401 /api/me -H 'Accept: text/plain'
head 'content-type: text/plain.*'
ask 401 /dashboard -H 'HX-Request: true'
head 'hx-redirect: /login?next=%2Fdashboard'
ask 403 /dashboard -H 'Connection: upgrade' -H 'Upgrade: websocket'
body "it is missing"

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
browse 303 /settings "${with[@]}"
head 'location: /confirm?next=%2Fsettings'
ask 401 /settings "${with[@]}"
head 'www-authenticate: Bearer.*error="insufficient_user_authentication", max_age="600"'
body '"login":"/confirm?next=%2Fsettings"'
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
browse 303 /dashboard "${with[@]}"
browse 303 /dashboard -b "$work/copied"
ask 401 /dashboard -b "$work/copied"

echo "with an API key"
ask 200 /api/me -H 'Authorization: Bearer ada-api-key'
body '{"id":1,"name":"ada","fresh":false,"remembered":false}'
for as in ask browse; do
    $as 401 /api/me -H 'Authorization: Bearer wrong'
    head 'www-authenticate: Bearer.*error="invalid_token"'
    # A key has no password that could have been entered lately.
    $as 401 /settings -H 'Authorization: Bearer ada-api-key'
    head 'www-authenticate: Bearer.*error="insufficient_user_authentication", max_age="600"'
done

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
