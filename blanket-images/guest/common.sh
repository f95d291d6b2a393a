# Parts of the image builds; sourced by ../build, which has set here, work and scratch.

mib=$((1024 * 1024))
first_sector=2048
data_label=5c10ad00-0000-4000-8000-000000000001

# Fetches the distribution's cloud kernel once and unpacks it, without installing it. Sets kernel (a folder with
# vmlinuz) and release.
fetch_kernel() {
  need apt-cache apt-get dpkg-deb depmod
  local package
  package=$(kernel_package)
  [ -n "$package" ] || { refresh_apt && package=$(kernel_package); }
  [ -n "$package" ] || die "apt knows no linux-image-cloud-amd64; is this Debian on amd64, and has 'apt-get update' run?"
  kernel=$work/kernel/$package
  if [ ! -e "$kernel/vmlinuz" ]; then
    mkdir -p "$scratch/deb"
    download "$package" || { refresh_apt && download "$package"; } ||
      die "cannot download $package: $(tail -n 1 "$scratch/apt.log")"
    dpkg-deb -x "$scratch"/deb/*.deb "$scratch/kernel"
    cp "$scratch"/kernel/boot/vmlinuz-* "$scratch/kernel/vmlinuz"
    depmod -b "$scratch/kernel" "$(ls "$scratch/kernel/lib/modules")"
    mkdir -p "$work/kernel"
    rm -rf "$kernel"
    mv "$scratch/kernel" "$kernel"
  fi
  release=$(ls "$kernel/lib/modules")
}

kernel_package() {
  apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1
}

refresh_apt() {
  [ "$(id -u)" = 0 ] && say "refreshing apt's package lists" && apt-get -qq update >"$scratch/apt.log" 2>&1
}

download() {
  (cd "$scratch/deb" && apt-get download -qq -o APT::Sandbox::User=root "$1" >"$scratch/apt.log" 2>&1)
}

# add_modules ROOT NAME...: copies the modules and all that they need, and writes modules/order.
add_modules() {
  local root=$1 name kind file base
  shift
  mkdir -p "$root/modules"
  for name in "$@"; do
    modprobe -d "$kernel" -S "$release" --show-depends "$name" >"$scratch/depends" ||
      die "the kernel $release has no module $name"
    while read -r kind file _; do
      [ "$kind" = insmod ] || continue
      base=$(basename "$file")
      case $base in
        *.xz) base=${base%.xz}; xz -dc "$file" >"$root/modules/$base" ;;
        *.zst) base=${base%.zst}; zstd -qdc "$file" >"$root/modules/$base" ;;
        *) cp "$file" "$root/modules/$base" ;;
      esac
      grep -qxF "$base" "$root/modules/order" 2>/dev/null || printf '%s\n' "$base" >>"$root/modules/order"
    done <"$scratch/depends"
  done
}

# add_busybox ROOT APPLET...
add_busybox() {
  local root=$1 applet
  shift
  mkdir -p "$root"/{bin,proc,sys,dev}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in "$@"; do ln -s busybox "$root/bin/$applet"; done
}

# pack_initramfs ROOT FILE
pack_initramfs() {
  need cpio gzip
  find "$1" -exec touch -h -d @0 {} +
  (cd "$1" && find . -print0 | sort -z | cpio -o -0 -H newc -R 0:0 --reproducible --quiet) | gzip -9n >"$2"
}

# boot_partition FILE ROOT-OPTIONS...: a FAT file system with syslinux, $scratch/vmlinuz and $scratch/initrd.
boot_partition() {
  local file=$1
  shift
  need mkfs.vfat mcopy syslinux
  cat >"$scratch/syslinux.cfg" <<END
DEFAULT linux
PROMPT 0
LABEL linux
  KERNEL vmlinuz
  INITRD initrd
  APPEND $*
END
  truncate -s $((($(stat -c %s "$scratch/vmlinuz") + $(stat -c %s "$scratch/initrd")) / mib * mib + 3 * mib)) "$file"
  mkfs.vfat -i 5c10ad00 -n BOOT -h "$first_sector" "$file" >/dev/null
  mcopy -i "$file" "$scratch/vmlinuz" "$scratch/initrd" "$scratch/syslinux.cfg" ::
  syslinux --install "$file"
}

# assemble_disk FILE BOOT DATA: a disk of a master boot record and two partitions.
assemble_disk() {
  need sfdisk
  local disk=$1 boot=$2 data=$3 boot_bytes data_bytes
  boot_bytes=$(stat -c %s "$boot")
  data_bytes=$(stat -c %s "$data")
  truncate -s $((first_sector * 512 + boot_bytes + data_bytes)) "$disk"
  sfdisk -q "$disk" <<END
label: dos
label-id: 0x5c10ad00
start=$first_sector, size=$((boot_bytes / 512)), type=e, bootable
start=$((first_sector + boot_bytes / 512)), size=$((data_bytes / 512)), type=83
END
  dd if=/usr/lib/syslinux/mbr/mbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none
  dd if="$boot" of="$disk" bs=1M seek=1 conv=notrunc,sparse status=none
  dd if="$data" of="$disk" bs=1M seek=$((1 + boot_bytes / mib)) conv=notrunc,sparse status=none
}

codename() {
  (. /etc/os-release && printf '%s\n' "$VERSION_CODENAME")
}

# What apt itself uses, as one-line sources.
package_sources() {
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u
}
