#!/usr/bin/env bash
# Installs those of the named system packages that are missing, where apt and the right to use it are there.
set -euo pipefail

is_there() {
    case "$1" in
        rabbitmq-server) [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || [ -x /usr/local/sbin/rabbitmq-server ] ;;
        chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ;;
        make) command -v make >/dev/null ;;
        *) dpkg -s "$1" >/dev/null 2>&1 ;;
    esac
}

# Prints what to put before a command to run it as root: nothing, or sudo. Fails where neither works.
find_root() {
    if [ "$(id -u)" = 0 ]; then
        echo ""
    elif sudo -n true 2>/dev/null; then
        echo "sudo -n"
    elif command -v sudo >/dev/null && [ -t 0 ]; then
        echo "sudo"
    else
        return 1
    fi
}

missing=()
for name in "$@"; do
    is_there "$name" || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "${missing[*]}" = rabbitmq-server ] && docker info >/dev/null 2>&1 && ! find_root >/dev/null; then
    echo "RabbitMQ will run in Docker: its package is missing and only root may install it"
    exit 0
fi
if [ -n "${AMQP_URL:-}" ] && [ "${missing[*]}" = rabbitmq-server ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null || ! root=$(find_root); then
    echo "Please install ${missing[*]}: Portico needs it, and this machine does not let it be installed from here" >&2
    exit 1
fi

# While this file is there, no package starts its service: Portico runs a RabbitMQ of its own.
policy=/usr/sbin/policy-rc.d
if ! [ -e "$policy" ]; then
    trap '$root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
    $root chmod +x "$policy"
fi

install_missing() {
    $root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "${missing[@]}" </dev/null
}

echo "Installing ${missing[*]} ..."
log=$(mktemp)
if ! install_missing >"$log" 2>&1; then
    # The package lists may be missing or out of date.
    $root apt-get update --quiet --quiet >"$log" 2>&1 || true
    if ! install_missing >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "Could not install ${missing[*]}; the end of what apt-get said is above" >&2
        exit 1
    fi
fi
if [[ " ${missing[*]} " == *" rabbitmq-server "* ]] && command -v systemctl >/dev/null; then
    $root systemctl disable rabbitmq-server >/dev/null 2>&1 || echo "The system's own RabbitMQ may start at the next boot"
fi
