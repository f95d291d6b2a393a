package io.supercloud.migration.hypervisor;

/** How guest code runs. */
public enum Accelerator {
    KVM,
    TCG;

    /** As QEMU's {@code -accel} takes it. */
    public String option() {
        return switch (this) {
            case KVM -> "kvm";
            case TCG -> "tcg,thread=multi";
        };
    }
}
