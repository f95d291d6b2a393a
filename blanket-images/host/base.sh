# The disk that the qemu builder starts from: Debian with the packages of the host image, and nothing set up yet. Packer logs in
# with the key beside it.

# Sparse: an instance gets as much for its disks.
root_mib=12288

build() {
  local root=$scratch/root
  need mmdebstrap mke2fs ssh-keygen
  [ "$(id -u)" = 0 ] ||
    die "host images set file owners: run as root, or in 'unshare --map-root-user --map-auto'"
  host_sources >"$scratch/sources.list"
  [ -s "$scratch/sources.list" ] || die "apt has no package sources; has 'apt-get update' run?"
  ssh-keygen -q -t ed25519 -N '' -C packer -f "$scratch/key"
  # Mirrors fail now and then.
  mmdebstrap --variant=minbase --aptopt='Acquire::Retries "5"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --setup-hook='mkdir -p "$1/etc/apt/preferences.d"' \
    --setup-hook="cp '$here/host/qemu-from-backports' \"\$1/etc/apt/preferences.d/\"" \
    --include="linux-image-cloud-amd64,systemd-sysv,udev,dbus,$(grep -v '^#' "$here/host/packages-kvm" | paste -sd,)" \
    --customize-hook="$here/host/base-setup \"\$1\" '$scratch/key.pub'" \
    "$(codename)" "$root" "$scratch/sources.list" >"$scratch/mmdebstrap.log" 2>&1 ||
    die "mmdebstrap failed: $(grep -E "^ *(E:|.*Depends:)" "$scratch/mmdebstrap.log" | cut -c1-300)"
  mkdir -p "$1"
  mv "$scratch/key" "$1/key"
  cp "$root"/boot/vmlinuz-* "$scratch/vmlinuz"
  cp "$root"/boot/initrd.img-* "$scratch/initrd"
  rm -f "$root"/boot/vmlinuz-* "$root"/boot/initrd.img-*
  boot_partition "$scratch/boot.fat" root=/dev/vda2 ro console=ttyS0 net.ifnames=0 quiet
  truncate -s "${root_mib}M" "$scratch/root.ext4"
  mke2fs -q -t ext4 -U "$data_label" -d "$root" "$scratch/root.ext4"
  assemble_disk "$1/disk.raw" "$scratch/boot.fat" "$scratch/root.ext4"
}

# What apt itself uses and, where its QEMU is too old, the backports of the same mirror.
host_sources() {
  package_sources
  apt-cache madison qemu-system-x86 | grep -q '| 1:\(9\|[1-9][0-9]\)\.' ||
    printf 'deb %s %s-backports main\n' "$(apt-get indextargets --format '$(REPO_URI)' "Codename: $(codename)" | head -n 1)" "$(codename)"
}
