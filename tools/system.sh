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

postgres_programs() { # Debian keeps them off the PATH
    command -v initdb || ls /usr/lib/postgresql/*/bin/initdb
}

in_sbin() { # which is not on everybody's PATH
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1"
}

need python3-venv "${PYTHON:-python3}" -c 'import ensurepip'
need chromium browser
need fonts-noto-cjk font fonts-noto-cjk
need fonts-noto-color-emoji font fonts-noto-color-emoji
need postgresql postgres_programs
need redis-server command -v redis-server
need haproxy in_sbin haproxy
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "rooms: not on this machine, and only root can apt-get install it:$missing (tests that need it are skipped)"
    exit 0
fi

echo "rooms: apt-get install$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)

# The tests start servers of their own, on private ports: what the packages bring is neither started nor enabled.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
# The words are a list of packages.
# shellcheck disable=SC2086
if ! { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 3 "$log" >&2
    echo "rooms: apt-get could not install$missing (tests that need it are skipped)"
fi
if command -v systemctl >/dev/null 2>&1; then
    for package in $missing; do
        case $package in postgresql | redis-server | haproxy) systemctl disable "$package" >/dev/null 2>&1 || true ;; esac
    done
fi
rm -f "$log"
