package io.supercloud.overlay.cloud.ec2;

import java.util.Locale;

/**
 * How a hypervisor runs in an instance of EC2. Nested KVM on the C8i, M8i and R8i families exists since February 2026
 * (docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-nested-virtualization.html).
 */
public enum Ec2Nesting {
    /** The instance is a machine of its own. */
    HARDWARE,
    /** The instance shows its processor's virtualization when asked for it by {@code CpuOptions.NestedVirtualization}. */
    NESTED,
    /** Paravirtual guests only. */
    PARAVIRTUAL;

    /** Of an instance type, such as {@code m8i.xlarge}. */
    public static Ec2Nesting of(String instanceType) {
        String type = instanceType.toLowerCase(Locale.ROOT);
        if (type.matches("[^.]+\\.metal(-.*)?")) {
            return HARDWARE;
        }
        return type.matches("[cmr]8i(-flex)?\\..+") ? NESTED : PARAVIRTUAL;
    }
}
