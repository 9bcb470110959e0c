#!/bin/sh
# Runs one attempt of a task and outlives the agent: attempt.sh DIRECTORY WORKING-DIRECTORY CGROUPS PROGRAM [ARGUMENT...]
# POSIX sh. It leads a session of its own (setsid), so its pid names the attempt's process group.
dir=$1 work=$2 cgroups=$3
shift 3
task_path=$PATH
PATH=/usr/local/bin:/usr/bin:/bin
cd / && exec </dev/null >/dev/null 2>>"$dir/wrapper.log" || exit 70

# The polite signal goes to the whole group; the wrapper stays to see how the task ends. A caught signal, unlike an ignored
# one, is back to its default in the task.
trap : TERM INT HUP QUIT USR1 USR2

# Taking the pid file is what starts the attempt. A link is made whole or not at all, and only once: of two wrappers for one
# attempt (the agent died after it had started the first) the later one leaves here.
# The agent may signal the group as soon as the link is there; ln must not be hit, it would seem to have failed.
read -r stat </proc/$$/stat && read -r boot </proc/sys/kernel/random/boot_id || exit 70
printf '%s\n%s\n' "$boot" "$stat" >"$dir/pid.$$" || exit 70
trap '' TERM INT HUP QUIT USR1 USR2
ln "$dir/pid.$$" "$dir/pid" 2>/dev/null
taken=$?
rm -f "$dir/pid.$$"
trap : TERM INT HUP QUIT USR1 USR2
[ "$taken" -eq 0 ] || exit 75

(
    read -r pid rest </proc/self/stat
    for group in $cgroups; do
        if ! echo "$pid" >"$group/cgroup.procs"; then
            echo "cannot join the cgroup $group" >"$dir/failed"
            exit 126
        fi
    done
    if ! cd "$work"; then
        echo "cannot enter the working directory $work" >"$dir/failed"
        exit 126
    fi
    printf '%s\n' "$pid" >"$dir/child.new" && mv "$dir/child.new" "$dir/child"
    PATH=$task_path
    exec "$@" >>"$dir/stdout.log" 2>>"$dir/stderr.log"
)
status=$?
# A signal that is sent again must not hit mv: without the exit file nobody knows how the task ended.
trap '' TERM INT HUP QUIT USR1 USR2
printf '%s\n' "$status" >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
