#!/bin/bash
# Runs as pid 1 of a test host: mounts its root file system, moves into it and becomes its init.
#   OCVM_HOSTNAME            the host's name
#   OCVM_ADDRESS             its address
#   OCVM_MACHINE_ADDRESS     this machine's address on the hosts' switch (name server, release host)
#   OCVM_MEMORY_BYTES        what the host reports as its memory
#   OCVM_ROOTFS              the shared Debian tree (lower layer, never written)
#   OCVM_FOLDER              the host's own folder: upper, work, root, docker, authorized_keys
#   OCVM_IMAGE_LAYERS        folder of image layers that the host's engine shares with others
#   OCVM_CGROUP_CONTROLLERS  the cgroup v1 hierarchies, comma-joined where mounted together; `v2` for the unified one
#   OCVM_CA                  certificate of the release host's authority
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$OCVM_FOLDER/root

mount -t overlay overlay -o "lowerdir=$OCVM_ROOTFS,upperdir=$OCVM_FOLDER/upper,workdir=$OCVM_FOLDER/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"

if [[ $OCVM_CGROUP_CONTROLLERS == v2 ]]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
  for controllers in $OCVM_CGROUP_CONTROLLERS; do
    folder=$root/sys/fs/cgroup/${controllers#name=}
    mkdir "$folder"
    case $controllers in
    name=*) mount -t cgroup -o "none,$controllers" cgroup "$folder" ;;
    *) mount -t cgroup -o "$controllers" cgroup "$folder" ;;
    esac
    for controller in ${controllers//,/ }; do
      [[ $controller == "$controllers" ]] || ln -s "$controllers" "$root/sys/fs/cgroup/$controller"
    done
  done
fi

mount -t tmpfs -o mode=755 dev "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/full" c 1 7
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mknod -m 666 "$root/dev/tty" c 5 0
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs shm "$root/dev/shm"
mount -t mqueue mqueue "$root/dev/mqueue"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"

hostname "$OCVM_HOSTNAME"
echo "$OCVM_HOSTNAME" >"$root/etc/hostname"
printf '127.0.0.1 localhost\n%s %s\n' "$OCVM_ADDRESS" "$OCVM_HOSTNAME" >"$root/etc/hosts"
echo "nameserver $OCVM_MACHINE_ADDRESS" >"$root/etc/resolv.conf"

# A namespace shows the whole machine's memory; a VM of this size shows its own.
awk -v total="$((OCVM_MEMORY_BYTES / 1024))" '
  $1 == "MemTotal:" { $2 = total }
  $1 == "MemFree:" || $1 == "MemAvailable:" { if ($2 > total) $2 = int(total * 0.9) }
  $1 ~ /^(Cached|Buffers|Active|Inactive)/ { if ($2 > total) $2 = int(total * 0.05) }
  { printf "%-16s%8d%s\n", $1, $2, (NF > 2 ? " kB" : "") }' /proc/meminfo >"$OCVM_FOLDER/meminfo"
mount --bind "$OCVM_FOLDER/meminfo" "$root/proc/meminfo"

# The engine's data root must not lie on an overlay.
mkdir -p "$root/var/lib/docker"
mount --bind "$OCVM_FOLDER/docker" "$root/var/lib/docker"
# Where host-service finds the shared layers each time that it starts the engine.
mkdir "$root/run/image-layers"
if [[ -d $OCVM_IMAGE_LAYERS ]]; then mount --bind -o ro "$OCVM_IMAGE_LAYERS" "$root/run/image-layers"; fi

for home in root home/deploy home/nodocker; do
  owner=$(stat -c %u:%g "$root/$home")
  install -d -m 0700 -o "${owner%:*}" -g "${owner#*:}" "$root/$home/.ssh"
  # Kept over a reboot: a suite may have added keys.
  if [[ ! -e $root/$home/.ssh/authorized_keys ]]; then
    install -m 0600 -o "${owner%:*}" -g "${owner#*:}" "$OCVM_FOLDER/authorized_keys" "$root/$home/.ssh/authorized_keys"
  fi
done

if [[ ! -e $root/usr/local/share/ca-certificates/release-host.crt ]]; then
  install -D -m 0644 "$OCVM_CA" "$root/usr/local/share/ca-certificates/release-host.crt"
  cat "$OCVM_CA" >>"$root/etc/ssl/certs/ca-certificates.crt"
fi
install -m 0755 "$here/host-init.sh" "$root/usr/local/sbin/host-init"
install -m 0755 "$here/host-service.sh" "$root/usr/local/sbin/host-service"

cd "$root"
mkdir -p .machine
pivot_root . .machine
cd /
umount --lazy .machine
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
  /usr/local/sbin/host-init "$OCVM_CGROUP_CONTROLLERS"
