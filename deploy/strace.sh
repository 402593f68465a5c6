#!/bin/sh
# Make sure there is a strace for the tests of the disk; without one they are skipped, loudly.
set -eu

if command -v strace >/dev/null 2>&1; then
    exit 0
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Ставлю strace для проверок записи на диск…"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get -qq update && apt-get -qq install -y --no-install-recommends strace; } \
        >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi

echo "НЕТ STRACE: что заявка на диске раньше ответа, НЕ ПРОВЕРЯЕТСЯ (apt install strace)." >&2
# On a developer's machine the rest is still worth running; CI must not pass half-tested.
[ -z "${CI:-}" ]
