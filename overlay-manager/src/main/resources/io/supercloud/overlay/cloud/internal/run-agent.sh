#!/bin/sh
# Runs bin/agent, and again a second after it ends, until a file named "stopped" stands beside this script. The log is
# kept to about twice the limit.
cd "$(dirname "$0")" || exit 1
log_limit_bytes=16777216
exec 9>run.lock
flock -n 9 || exit 0
: >>agent.log
# The last of a guest's memory waits behind what stands unsent in its socket: let that be little (socket(7), tcp(7)).
echo 524288 >/proc/sys/net/ipv4/tcp_notsent_lowat || echo "tcp_notsent_lowat cannot be set: switches take longer" >>agent.log
trim() {
  [ "$(stat -c %s agent.log)" -lt $log_limit_bytes ] || { cp agent.log agent.log.1 && : >agent.log; }
}
(while kill -0 $$ 2>/dev/null; do sleep 5; trim; done) </dev/null >/dev/null 2>&1 9>&- &
while [ ! -e stopped ]; do
  (set -a; . ./agent.env; set +a; exec bin/agent) </dev/null >>agent.log 2>&1 9>&- &
  echo $! >agent.pid.new && mv agent.pid.new agent.pid
  wait $!
  [ -e stopped ] || sleep 1
done
