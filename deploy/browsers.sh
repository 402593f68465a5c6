#!/bin/sh
# Make sure there is a Chromium for the browser tests, and a Firefox for the few that need
# another engine; without one its tests are skipped, loudly.
set -eu

has() {
    for name in "$@"; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

has_chromium() { has chromium chromium-browser; }
has_firefox() { has firefox-esr firefox; }

wanted=
has_chromium || wanted="chromium"
has_firefox || wanted="$wanted firefox-esr"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Ставлю для проверок в браузере: $wanted…"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    apt-get -qq update >"$log" 2>&1 </dev/null || true
    # One by one: Ubuntu has no firefox-esr, and Chromium must not fail for that.
    for package in $wanted; do
        apt-get -qq install -y --no-install-recommends "$package" >>"$log" 2>&1 </dev/null || true
    done
    { has_chromium && has_firefox; } || tail -n 5 "$log" >&2
    rm -f "$log"
fi

has_firefox || echo "Нет Firefox: проверки в нём не выполняются (apt install firefox-esr)." >&2
if has_chromium; then exit 0; fi

cat >&2 <<'NOTICE'
****************************************************************
  НЕТ CHROMIUM: проверки в браузере НЕ ВЫПОЛНЯЮТСЯ.
  Поставьте его (apt install chromium) и повторите make test.
****************************************************************
NOTICE
# On a developer's machine the rest is still worth running; CI must not pass half-tested.
[ -z "${CI:-}" ]
