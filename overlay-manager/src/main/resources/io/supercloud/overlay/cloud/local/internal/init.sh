# init DIRECTORY TUNNEL_ADDRESS TUNNEL_GATEWAY MAC: what a host's init does, for one instance: starts its services in its namespace
# and starts each again when it dies. Ends with the namespace.
directory=$1 address=$2 gateway=$3 mac=$4
log_limit_bytes=1048576
cd "$directory" || exit 1
exec >>log/init 2>&1
export OVS_RUNDIR="$directory/ovs" OVS_LOGDIR="$directory/log" OVS_DBDIR="$directory/ovs"
database="unix:$directory/ovs/db.sock"

keep() {
  name=$1
  shift
  while :; do
    [ "$(stat -c %s "log/$name" 2>/dev/null || echo 0)" -lt $log_limit_bytes ] || : > "log/$name"
    "$@" </dev/null >>"log/$name" 2>&1
    sleep 0.2
  done
}

ovsdb() {
  ovsdb-server "$directory/ovs/conf.db" --remote="punix:$directory/ovs/db.sock" \
    --unixctl="$directory/ovs/ovsdb-server.ctl" --pidfile="$directory/ovs/ovsdb-server.pid" \
    -vconsole:warn -vsyslog:off
}

# Tunnels end at the switch's own port, whether that outlived the last switch or not. The priority is that of ovs-ctl(8).
vswitchd() {
  nice -n -10 ovs-vswitchd "$database" --unixctl="$directory/ovs/ovs-vswitchd.ctl" --pidfile="$directory/ovs/ovs-vswitchd.pid" \
    -vconsole:warn -vsyslog:off &
  switch=$!
  until ip link show br-phy >/dev/null 2>&1; do
    kill -0 $switch 2>/dev/null || return
    sleep 0.02
  done
  ethtool -K br-phy tx off >/dev/null
  ip address replace "$address/24" dev br-phy
  ip link set br-phy up
  ip route replace 198.19.0.0/16 via "$gateway" dev br-phy
  wait $switch
}

[ -e ovs/conf.db ] || ovsdb-tool create ovs/conf.db /usr/share/openvswitch/vswitch.ovsschema
keep ovsdb-server ovsdb &
until ovs-vsctl --db="$database" --timeout=1 --no-wait init 2>/dev/null; do sleep 0.02; done
ovs-vsctl --db="$database" --no-wait \
  -- set open_vswitch . other_config:n-handler-threads=1 other_config:n-revalidator-threads=1 \
  -- --may-exist add-br br-phy -- set bridge br-phy datapath_type=netdev other_config:hwaddr="$mac" \
  -- --may-exist add-port br-phy tunnels
keep ovs-vswitchd vswitchd &
keep metadata busybox httpd -f -p 169.254.169.254:80 -h "$directory/metadata" &
mkdir -p /run/sshd
until ip -4 address show dev br-phy 2>/dev/null | grep -q inet; do sleep 0.02; done
keep sshd /usr/sbin/sshd -D -e -f "$directory/ssh/sshd_config" &
until [ -s ssh/sshd.pid ]; do sleep 0.02; done
: > booted
wait
