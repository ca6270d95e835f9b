#!/bin/sh
# Installs what the tests need of the system, where that can be done unasked; else says in one line what is missing.
set -eu

missing=""

need() { # need PACKAGE CHECK…: notes the package unless the check succeeds
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

browser() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
}

font() { # asks dpkg, since fc-list itself may not be there
    dpkg-query -W -f '${Status}' "$1" | grep -q 'ok installed'
}

need python3-venv "${PYTHON:-python3}" -c 'import ensurepip'
need chromium browser
need fonts-noto-cjk font fonts-noto-cjk
need fonts-noto-color-emoji font fonts-noto-color-emoji
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "rooms: not on this machine, and only root can apt-get install it:$missing (tests that need it are skipped)"
    exit 0
fi

echo "rooms: apt-get install$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# The words are a list of packages.
# shellcheck disable=SC2086
if ! { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 3 "$log" >&2
    echo "rooms: apt-get could not install$missing (tests that need it are skipped)"
fi
rm -f "$log"
