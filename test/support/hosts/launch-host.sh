#!/bin/bash
# Starts one test host in its own namespaces; stays as the parent of the host's pid 1.
# The variables are set by testHost.ts:
#   OCVM_NETNS       name of the network namespace, made before
#   OCVM_CGROUPS     the host's cgroup folders on this machine, one per controller (one folder on cgroup v2)
#   OCVM_FOLDER ...  see enter-host.sh
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
if [[ ${1-} != entered ]]; then
  exec nsenter --net="/run/netns/$OCVM_NETNS" \
    unshare --mount --uts --ipc --pid --fork --kill-child --propagation private bash "$here/launch-host.sh" entered
fi
# Pid 1 moves itself, so that the waiting `unshare` stays outside: cgroup v2 allows no process beside child groups.
for cgroup in $OCVM_CGROUPS; do echo 0 >"$cgroup/cgroup.procs"; done
exec unshare --cgroup bash "$here/enter-host.sh"
