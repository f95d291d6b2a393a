# The small guest: everything in the initramfs, records on the data partition.

data_mib=24

build() {
  local root=$scratch/root
  need gcc mke2fs
  fetch_kernel
  add_busybox "$root" sh mount umount insmod ip udhcpc hostname sleep grep echo true sync poweroff acpid
  # guestd is linked statically: nothing else of a C library is in the image.
  gcc -Os -static -s -Wall -Wextra -Werror -o "$root/bin/guestd" "$here"/guest/{guestd,dirtier}.c
  add_modules "$root" virtio_pci virtio_net virtio_blk virtio_rng ext4 crc32c_generic af_packet button evdev
  mkdir -p "$root/data" "$root/etc/acpi/PWRF"
  cp "$here/guest/init" "$root/init"
  cp "$here/guest/dhcp" "$root/etc/dhcp"
  cp "$here/guest/power-off" "$root/etc/acpi/PWRF/00000080"
  pack_initramfs "$root" "$scratch/initrd"
  cp "$kernel/vmlinuz" "$scratch/vmlinuz"
  boot_partition "$scratch/boot.fat" console=ttyS0 quiet panic=5
  truncate -s "${data_mib}M" "$scratch/data.ext4"
  mke2fs -q -t ext4 -U "$data_label" -E lazy_itable_init=0,lazy_journal_init=0,hash_seed="$data_label" "$scratch/data.ext4"
  assemble_disk "$1" "$scratch/boot.fat" "$scratch/data.ext4"
}
