#!/bin/bash
# Pid 1 of a test host: starts its services, then waits for orphans for ever.
if [[ $1 == v2 ]]; then
  # A group with processes of its own cannot pass controllers on to the groups that the engine makes.
  mkdir -p /sys/fs/cgroup/init
  echo 0 >/sys/fs/cgroup/init/cgroup.procs
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
  done
fi
rmdir /.machine
ssh-keygen -A >/dev/null
host-service start sshd
host-service start engine
while :; do
  sleep 3600 &
  wait $!
done
