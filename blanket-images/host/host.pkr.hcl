# The host image of Supercloud, for one cloud each. All builders run the same provisioners.
#   packer build -only=qemu.host ...           see ../build host-kvm
#   packer build -only=amazon-ebs.host -var region=eu-central-1 -var agent=agent.tar.gz -var runtime=runtime.tar.gz .
# Credentials are what each builder finds in its environment.

variable "agent" {
  type        = string
  description = "The agent's bundle, .work/dist/agent.tar.gz."
}

variable "runtime" {
  type        = string
  description = "The Java runtime, .work/runtime.tar.gz."
}

variable "version" {
  type    = string
  default = "0.1.0"
}

variable "base" {
  type        = string
  default     = "base"
  description = "qemu: the folder with disk.raw and key."
}

variable "output" {
  type    = string
  default = "output"
}

variable "accelerator" {
  type        = string
  default     = "tcg"
  description = "qemu: kvm where it works."
}

variable "manifest" {
  type        = string
  default     = "packages.txt"
  description = "Where the list of packages goes."
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "project" {
  type    = string
  default = "project"
}

variable "zone" {
  type    = string
  default = "europe-west3-a"
}

variable "azure_location" {
  type    = string
  default = "Germany West Central"
}

variable "azure_subscription" {
  type    = string
  default = "00000000-0000-0000-0000-000000000000"
}

variable "azure_group" {
  type    = string
  default = "supercloud"
}

variable "openstack_image" {
  type    = string
  default = "debian-12"
}

variable "openstack_flavor" {
  type    = string
  default = "m1.medium"
}

locals {
  as_root = "chmod +x {{ .Path }}; if [ $(id -u) = 0 ]; then {{ .Vars }} {{ .Path }}; else sudo {{ .Vars }} {{ .Path }}; fi"
  name    = "supercloud-kvm-${var.version}"
  tags    = { supercloud = "host-image", kind = "kvm", version = var.version }
}

source "qemu" "host" {
  accelerator          = var.accelerator
  disk_image           = true
  iso_url              = "${var.base}/disk.raw"
  iso_checksum         = "none"
  format               = "qcow2"
  disk_compression     = true
  disk_interface       = "virtio"
  net_device           = "virtio-net"
  headless             = true
  memory               = 1024
  output_directory     = var.output
  vm_name              = "host-kvm.qcow2"
  ssh_username         = "root"
  ssh_private_key_file = "${var.base}/key"
  ssh_timeout          = "10m"
  boot_wait            = "1s"
  shutdown_command     = "systemctl poweroff"
  shutdown_timeout     = "3m"
  # Nothing is fetched: all packages are in the base.
  qemuargs = [
    ["-cpu", "max"],
    ["-smp", "2"],
    ["-netdev", "user,id=user.0,restrict=on,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22"],
    ["-device", "virtio-net,netdev=user.0"],
  ]
}

source "amazon-ebs" "host" {
  region        = var.region
  instance_type = "m5.large"
  ami_name      = local.name
  ssh_username  = "admin"
  tags          = local.tags
  run_tags      = local.tags
  source_ami_filter {
    owners      = ["136693071363"] # Debian
    most_recent = true
    filters = {
      name                = "debian-12-amd64-*"
      virtualization-type = "hvm"
    }
  }
}

source "googlecompute" "host" {
  project_id          = var.project
  zone                = var.zone
  source_image_family = "debian-12"
  image_name          = replace(local.name, ".", "-")
  image_family        = "supercloud-kvm"
  image_labels        = { supercloud = "host-image" }
  # Instances of an image with this licence have VMX.
  image_licenses = ["projects/vm-options/global/licenses/enable-vmx"]
  ssh_username   = "packer"
}

source "azure-arm" "host" {
  subscription_id                   = var.azure_subscription
  location                          = var.azure_location
  vm_size                           = "Standard_D2s_v5"
  os_type                           = "Linux"
  image_publisher                   = "debian"
  image_offer                       = "debian-12"
  image_sku                         = "12-gen2"
  managed_image_name                = local.name
  managed_image_resource_group_name = var.azure_group
  azure_tags                        = local.tags
  ssh_username                      = "packer"
}

source "openstack" "host" {
  source_image_name = var.openstack_image
  flavor            = var.openstack_flavor
  image_name        = local.name
  metadata          = local.tags
  ssh_username      = "debian"
}

build {
  sources = [
    "source.qemu.host",
    "source.amazon-ebs.host",
    "source.googlecompute.host",
    "source.azure-arm.host",
    "source.openstack.host",
  ]

  provisioner "file" {
    source      = "${path.root}/packages-kvm"
    destination = "/tmp/packages"
  }
  provisioner "file" {
    source      = "${path.root}/qemu-from-backports"
    destination = "/tmp/qemu-from-backports"
  }
  provisioner "file" {
    source      = var.agent
    destination = "/tmp/agent.tar.gz"
  }
  provisioner "file" {
    source      = var.runtime
    destination = "/tmp/runtime.tar.gz"
  }
  provisioner "shell" {
    execute_command = local.as_root
    scripts = [
      "${path.root}/provision/packages",
      "${path.root}/provision/hypervisor",
      "${path.root}/provision/agent",
      "${path.root}/provision/manifest",
    ]
  }
  provisioner "file" {
    direction   = "download"
    source      = "/usr/share/supercloud/packages.txt"
    destination = var.manifest
  }
  provisioner "shell" {
    execute_command = local.as_root
    scripts         = ["${path.root}/provision/clean"]
  }
}
