# terminate NAMESPACE DIRECTORY: ends an instance from any state. What does not exist is no error.
namespace=$1 directory=$2
attempts=500
while pids=$(ip netns pids "$namespace" 2>/dev/null) && [ -n "$pids" ]; do
  kill -9 $pids 2>/dev/null
  attempts=$((attempts - 1))
  [ $attempts -gt 0 ] || { echo "processes of $namespace do not die: $pids" >&2; exit 1; }
  sleep 0.02
done
if [ -e "/run/netns/$namespace" ]; then
  # Deleted here and now, with its other end; the kernel would do it some time after the namespace.
  ip -n "$namespace" link delete eth0 2>/dev/null
  ip netns delete "$namespace" 2>/dev/null
  [ ! -e "/run/netns/$namespace" ] || { echo "namespace $namespace cannot be deleted" >&2; exit 1; }
fi
rm -rf "$directory"
