#!/bin/bash
# Builds the root file system that every test host shares.
# Usage: build-rootfs.sh FOLDER MIRROR
#   FOLDER  where the Debian tree is made (must not exist)
#   MIRROR  the package address that this machine's apt is set up with
set -euo pipefail
folder=$1 mirror=$2

packages=openssh-server,openssh-client,docker.io,docker-cli,docker-compose,docker-buildx,containerd,git,iproute2,iptables,nftables
packages+=,ca-certificates,procps,curl,iputils-ping,sudo,kmod
# Login shells that people have.
packages+=,fish,zsh,busybox
debootstrap --variant=minbase --include="$packages" trixie "$folder" "$mirror"

# Each host makes its own host keys at its first boot.
rm -f "$folder"/etc/ssh/ssh_host_*
rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/usr/share/doc "$folder"/usr/share/man

# deploy may use Docker, nodocker may not. On most cloud images the first user has uid 1000, as has `node` in the gateway's image.
chroot "$folder" useradd --create-home --shell /bin/bash --uid 1000 --groups docker deploy
chroot "$folder" useradd --create-home --shell /bin/bash --uid 1001 nodocker
echo 'deploy ALL=(ALL) NOPASSWD: ALL' >"$folder/etc/sudoers.d/deploy"
chmod 0440 "$folder/etc/sudoers.d/deploy"

cat >"$folder/etc/ssh/sshd_config.d/test-host.conf" <<'SSHD'
# Keys only. Reverse look-ups would wait for a name server that may not run.
PasswordAuthentication no
PermitRootLogin prohibit-password
UseDNS no
SSHD

install -d -m 0755 "$folder/etc/docker"
# The json-file defaults of a plain `apt install docker.io`, and nothing else.
echo '{}' >"$folder/etc/docker/daemon.json"
