#!/bin/bash
# Starts, stops or kills a service of a test host, as systemd would on a VM.
# Usage: host-service start|stop|kill sshd|engine
set -u
runs() { pgrep --exact "$1" >/dev/null; }
# Mounts the shared image layers, read-only, into the engine's data. It unmounts all below its data when it stops, and one
# before it deletes the image, so the shared copy stays.
mount_image_layers() {
  for layer in /run/image-layers/*; do
    target=/var/lib/docker/overlay2/${layer##*/}/diff
    if [[ -d $target ]] && ! mountpoint --quiet "$target"; then mount --bind -o ro "$layer" "$target"; fi
  done
}
wait_until_gone() { while runs "$1"; do sleep 0.05; done; }

case "$1 $2" in
'start sshd')
  mkdir -p /run/sshd
  runs sshd || /usr/sbin/sshd
  ;;
'stop sshd')
  # Open sessions go on, as they do when systemd stops the listener.
  kill "$(cat /run/sshd.pid)"
  while [[ -e /run/sshd.pid ]]; do sleep 0.05; done
  ;;
'kill sshd')
  pkill --signal KILL 'sshd|sshd-session|sshd-auth'
  wait_until_gone sshd
  rm -f /run/sshd.pid
  ;;
'start engine')
  if ! runs containerd; then
    setsid containerd >>/var/log/containerd.log 2>&1 </dev/null &
  fi
  while [[ ! -S /run/containerd/containerd.sock ]]; do sleep 0.02; done
  if ! runs dockerd; then
    # The file of an engine that was killed names a pid that may be another process by now.
    rm -f /run/docker.pid
    mount_image_layers
    setsid dockerd --containerd=/run/containerd/containerd.sock >>/var/log/dockerd.log 2>&1 </dev/null &
  fi
  ;;
'stop engine')
  pkill --exact dockerd
  wait_until_gone dockerd
  # Left behind by dockerd: a client would say "connection refused", where a stopped docker.socket has no file.
  rm -f /run/docker.sock
  ;;
'kill engine')
  pkill --signal KILL --exact dockerd
  wait_until_gone dockerd
  ;;
*)
  echo "usage: host-service start|stop|kill sshd|engine" >&2
  exit 2
  ;;
esac
