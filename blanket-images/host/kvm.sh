# The host image for KVM, by Packer's qemu builder.

build() {
  local accelerator=tcg
  need packer qemu-system-x86_64 qemu-img
  [ "$(sed -n 's/^[^ ]* //p' "$work/dist/accelerator" 2>/dev/null)" != KVM ] || accelerator=kvm
  mkdir -p "$1"
  CHECKPOINT_DISABLE=1 PACKER_CACHE_DIR="$scratch/cache" PACKER_LOG=1 PACKER_LOG_PATH="$images/host-kvm.packer.log" TMPDIR="$scratch" \
    packer build -color=false -only=qemu.host -var "accelerator=$accelerator" -var "base=$images/host-base" \
    -var "output=$scratch/packer" -var "agent=$work/dist/agent.tar.gz" -var "runtime=$images/runtime.tar.gz" \
    -var "manifest=$1/packages.txt" "$here/host" >&2 ||
    die "packer failed; see $images/host-kvm.packer.log"
  mv "$scratch/packer/host-kvm.qcow2" "$1/"
  (cd "$1" && sha256sum host-kvm.qcow2 packages.txt >SHA256SUMS)
}
