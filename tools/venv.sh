#!/bin/sh
# Makes .venv with the first Python that is new enough, or says in one line what to install.
set -eu

refuse() {
    echo "rooms: $*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

first_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

found() {
    "${PYTHON:-python3}" -V 2>/dev/null || echo missing
}

python=$(first_python)
[ -n "$python" ] || refuse "Python 3.11 or newer is needed, and ${PYTHON:-python3} is $(found); install it, or name it: make PYTHON=/path/to/python"

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    refuse "Python $version cannot make virtual environments yet: apt-get install python$version-venv"

echo "rooms: making .venv with Python $version"
"$python" -m venv --clear .venv
