# machine DIRECTORY ADDRESS MAC CORES MEMORY_MIB ACCELERATOR IMAGE: runs an instance that is a virtual machine, until it ends.
directory=$1 address=$2 mac=$3 cores=$4 memory=$5 accelerator=$6 image=$7
PATH=$PATH:/usr/sbin:/sbin
cd "$directory" || exit 1
exec >>log/init 2>&1
trap ': >ended' EXIT

processor=host
[ "$accelerator" = kvm ] || { accelerator=tcg,thread=multi processor=max; }
qemu-img create -q -f qcow2 -F qcow2 -b "$image" disk.qcow2 || exit 1
mkfs.vfat -n CIDATA -C seed.img 512 >/dev/null && mcopy -i seed.img seed/* :: || exit 1

while :; do
  busybox httpd -f -p 169.254.169.254:80 -h "$directory/metadata"
  sleep 0.2
done &
until busybox nc -w 2 "$address" 22 </dev/null 2>/dev/null | grep -q ^SSH; do sleep 0.5; done && : >booted &

qemu-system-x86_64 -name "$address" -nodefaults -machine pc -accel "$accelerator" -cpu "$processor" -smp "$cores" -m "$memory" \
  -drive file=disk.qcow2,format=qcow2,if=virtio,discard=unmap -drive file=seed.img,format=raw,if=virtio,readonly=on \
  -netdev tap,id=site,ifname=machine,script=no,downscript=no -device virtio-net-pci,netdev=site,mac="$mac" \
  -device virtio-rng-pci -serial file:log/console -display none -monitor none </dev/null
