# A whole Debian with redis, from this machine's own package sources.

root_mib=1024

build() {
  local root=$scratch/root
  need mmdebstrap mke2fs
  [ "$(id -u)" = 0 ] ||
    die "debian-redis sets file owners: run as root, or in 'unshare --map-root-user --map-auto'"
  package_sources >"$scratch/sources.list"
  [ -s "$scratch/sources.list" ] || die "apt has no package sources; has 'apt-get update' run?"
  # Mirrors fail now and then.
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Retries "5"' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include=linux-image-cloud-amd64,systemd-sysv,udev,dbus,kmod,iproute2,iputils-ping,redis-server \
    --customize-hook="$here/guest/debian-redis-setup \"\$1\"" \
    "$(codename)" "$root" "$scratch/sources.list" >"$scratch/mmdebstrap.log" 2>&1 ||
    die "mmdebstrap failed: $(tail -n 3 "$scratch/mmdebstrap.log")"
  cp "$root"/boot/vmlinuz-* "$scratch/vmlinuz"
  cp "$root"/boot/initrd.img-* "$scratch/initrd"
  rm -f "$root"/boot/vmlinuz-* "$root"/boot/initrd.img-*
  boot_partition "$scratch/boot.fat" root=/dev/vda2 ro console=ttyS0 quiet
  truncate -s "${root_mib}M" "$scratch/root.ext4"
  mke2fs -q -t ext4 -U "$data_label" -E lazy_itable_init=0,lazy_journal_init=0 -d "$root" "$scratch/root.ext4"
  assemble_disk "$1" "$scratch/boot.fat" "$scratch/root.ext4"
}
