#!/bin/bash
# Builds the root file systems of the images that stand in for public base images, which hosts cannot pull.
# Usage: build-base-images.sh FOLDER MIRROR CA
#   FOLDER  where the trees are made (must not exist): slim, golang, alpine, distroless
#   MIRROR  the package address that this machine's apt is set up with
#   CA      certificate of the release host's authority
set -euo pipefail
folder=$1 mirror=$2 ca=$3

mkdir -p "$folder"
cd "$folder"

# As public slim images: no curl, no authorities. The package ca-certificates takes ours in as soon as it is installed.
debootstrap --variant=minbase bookworm slim "$mirror"
install -D -m 0644 "$ca" slim/usr/local/share/ca-certificates/release-host.crt
# As in public images: nobody needs half a layer.
echo force-unsafe-io >slim/etc/dpkg/dpkg.cfg.d/docker-apt-speedup

cp -a slim golang
# What is unpacked for the image of Alpine's kind comes along.
chroot golang sh -c 'apt-get update && apt-get install -y --no-install-recommends ca-certificates golang-go &&
  cd /tmp && apt-get download busybox-static && dpkg-deb -x busybox-static*.deb busybox'

# BusyBox for everything, as Alpine has; Debian's lacks its `install`, so there is a small one.
mkdir -p alpine/bin alpine/etc/ssl/certs alpine/usr/bin alpine/usr/local/bin alpine/lib alpine/home alpine/root
install -d -m 1777 alpine/tmp
mv golang/tmp/busybox/bin/busybox alpine/bin/busybox
rm -rf golang/tmp/*
chroot alpine /bin/busybox --install -s /bin
cat >alpine/bin/install <<'INSTALL'
#!/bin/sh
# install -m MODE FILE TARGET
set -e
cp "$3" "$4"
chmod "$2" "$4"
INSTALL
chmod 0755 alpine/bin/install
cp golang/etc/ssl/certs/ca-certificates.crt alpine/etc/ssl/certs/
printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n' >alpine/etc/passwd
printf 'root:x:0:\nnode:x:1000:\n' >alpine/etc/group
echo 3.22.0 >alpine/etc/alpine-release

mkdir -p distroless/etc/ssl/certs distroless/usr/local/bin
cp alpine/etc/ssl/certs/ca-certificates.crt distroless/etc/ssl/certs/
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n' >distroless/etc/passwd

for tree in slim golang; do
  echo 'deb http://packages.test/debian bookworm main' >"$tree/etc/apt/sources.list"
  rm -rf "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/* "$tree"/usr/share/doc \
    "$tree"/usr/share/man "$tree"/usr/share/locale "$tree"/var/log/* "$tree"/dev/*
done
