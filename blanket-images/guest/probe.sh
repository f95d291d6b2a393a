# The probe: boots to user space, prints SUPERCLOUD-PROBE-OK and stops. Run with
#   -kernel vmlinuz -initrd initrd -append "console=ttyS0 quiet panic=-1" -no-reboot -serial stdio

build() {
  local root=$scratch/root
  fetch_kernel
  add_busybox "$root" sh poweroff
  cp "$here/guest/probe-init" "$root/init"
  mkdir "$1"
  pack_initramfs "$root" "$1/initrd"
  cp "$kernel/vmlinuz" "$1/vmlinuz"
}
