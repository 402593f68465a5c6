#!/bin/sh
# Make sure there is a Chromium for the browser tests; without one they are skipped, loudly.
set -eu

for name in chromium chromium-browser; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Ставлю Chromium для проверок в браузере…"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } \
        >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi

cat >&2 <<'NOTICE'
****************************************************************
  НЕТ CHROMIUM: проверки в браузере НЕ ВЫПОЛНЯЮТСЯ.
  Поставьте его (apt install chromium) и повторите make test.
****************************************************************
NOTICE
# On a developer's machine the rest is still worth running; CI must not pass half-tested.
[ -z "${CI:-}" ]
