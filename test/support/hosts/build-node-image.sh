#!/bin/bash
# Builds the root file system of the image that stands in for the public `node:24-bookworm`, which hosts cannot pull.
# Usage: build-node-image.sh FOLDER MIRROR NODE NPM CA
#   FOLDER  where the tree is made (must not exist)
#   MIRROR  the package address that this machine's apt is set up with
#   NODE    the Node executable
#   NPM     the folder of the npm package
#   CA      certificate of the release host's authority
set -euo pipefail
folder=$1 mirror=$2 node=$3 npm=$4 ca=$5

packages=bzip2,ca-certificates,curl,git,hostname,lsof,openssl,procps,python3,tini,unzip,wget,xz-utils
debootstrap --variant=minbase --include="$packages" bookworm "$folder" "$mirror"

install -m 0755 "$node" "$folder/usr/local/bin/node"
ln -s node "$folder/usr/local/bin/nodejs"
mkdir -p "$folder/usr/local/lib/node_modules"
cp -R "$npm" "$folder/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$folder/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$folder/usr/local/bin/npx"
chroot "$folder" groupadd --gid 1000 node
chroot "$folder" useradd --uid 1000 --gid node --shell /bin/bash --create-home node

# As in the public image, `docker run IMAGE --version` and `docker run IMAGE file.js` go to Node.
cat >"$folder/usr/local/bin/docker-entrypoint.sh" <<'ENTRYPOINT'
#!/bin/sh
set -e
case "${1-}" in
-*) set -- node "$@" ;;
*) if [ -z "$(command -v "${1-}")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then set -- node "$@"; fi ;;
esac
exec "$@"
ENTRYPOINT
chmod 0755 "$folder/usr/local/bin/docker-entrypoint.sh"

install -D -m 0644 "$ca" "$folder/usr/local/share/ca-certificates/release-host.crt"
chroot "$folder" update-ca-certificates >/dev/null

rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/usr/share/doc "$folder"/usr/share/man \
  "$folder"/usr/share/locale "$folder"/var/log/* "$folder"/var/cache/debconf/*-old "$folder"/dev/*
