#!/bin/sh
# Runs each time the container starts, then hands over to the gateway.
set -u

# Here is the trap that this example is about: an install at start is lost when the container is recreated, needs the
# network at every first start, and leaves the skill without its binary when the download fails.
if ! command -v gog >/dev/null; then
  curl -fsSL "https://github.com/openclaw/gogcli/releases/download/v0.37.0/gogcli_0.37.0_linux_amd64.tar.gz" |
    tar -xz -C "$HOME/.local/bin" gog || echo "entrypoint: gog could not be installed" >&2
fi

exec "$@"
