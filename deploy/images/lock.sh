#!/usr/bin/env bash
# Writes what each image installs: its part of requirements.lock, with the same versions and hashes.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p deploy/images/locks

lock() { # name, extras…
    local name=$1 extras=()
    shift
    for extra in "$@"; do extras+=(--extra "$extra"); done
    .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 "${extras[@]}" --generate-hashes \
        --constraint requirements.lock --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        pyproject.toml --output-file "deploy/images/locks/$name.lock"
}

for service in identity billing proposals fieldwork notifications; do
    lock "$service" services $(grep -q "^$service = " pyproject.toml && echo "$service")
done
lock gateway gateway
lock operations services identity billing proposals notifications gateway local
