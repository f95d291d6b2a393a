package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.internal.UserData;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import io.supercloud.overlay.cloud.local.MachineImage;
import io.supercloud.overlay.cloud.local.SiteSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HexFormat;

/**
 * A virtual machine, as a cloud has them: QEMU in the instance's namespace, which routes between the machine and its site and holds
 * the metadata service. cloud-init in the machine reads address and key from a NoCloud disk.
 */
record MachineBody(MachineImage image) implements InstanceBody {
    /** Two machines that boot side by side, emulated, on two cores. */
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(6);

    private static final String TAP = "machine";
    private static final String META_DATA = """
            instance-id: %s
            local-hostname: %s
            """;
    private static final String NETWORK_CONFIG = """
            version: 2
            ethernets:
              eth0:
                match: {macaddress: "%s"}
                set-name: eth0
                mtu: %d
                addresses: [%s/24]
                routes: [{to: 0.0.0.0/0, via: %s}]
            """;

    @Override
    public Duration bootLimit() {
        return BOOT_LIMIT;
    }

    @Override
    public void start(InstanceRecord record, InstanceDirectory directory, String router, String sshPublicKey)
            throws IOException {
        if (!Files.isReadable(image.disk())) {
            throw new CloudException("there is no host image %s: build it with 'make images'".formatted(image.disk()));
        }
        String mac =
                "52:54:" + HexFormat.ofDelimiter(":").formatHex(record.address().toBytes());
        seed(record, directory, mac, sshPublicKey);
        route(record);
        directory.write("machine.sh", Scripts.MACHINE);
        LocalType type = LocalType.of(record.instanceType());
        Namespaces.start(
                record.namespace(),
                "sh",
                directory.path().resolve("machine.sh").toString(),
                directory.path().toString(),
                record.address().toString(),
                mac,
                Integer.toString(type.cores()),
                Integer.toString(type.memoryMiB()),
                image.accelerator(),
                image.disk().toString());
    }

    private static void seed(InstanceRecord record, InstanceDirectory directory, String mac, String sshPublicKey)
            throws IOException {
        Ipv4 gateway = SiteSpec.gateway(record.siteIndex());
        directory.write("seed/user-data", UserData.of(sshPublicKey));
        directory.write("seed/meta-data", META_DATA.formatted(record.id(), record.name()));
        directory.write(
                "seed/network-config",
                NETWORK_CONFIG.formatted(mac, LocalUnderlay.MTU_BYTES, record.address(), gateway));
    }

    /** The namespace answers for all others to the machine, and for the machine to all others (RFC 1027). */
    private static void route(InstanceRecord record) {
        String namespace = record.namespace();
        String gateway = SiteSpec.gateway(record.siteIndex()).toString();
        Namespaces.ip(namespace, "tuntap", "add", "dev", TAP, "mode", "tap");
        Namespaces.ip(namespace, "link", "set", TAP, "up");
        Namespaces.run(
                namespace,
                "sysctl",
                "-q",
                "-w",
                "net.ipv4.ip_forward=1",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.eth0.proxy_arp=1",
                "net.ipv4.conf.%s.proxy_arp=1".formatted(TAP),
                "net.ipv4.neigh.eth0.proxy_delay=0",
                "net.ipv4.neigh.%s.proxy_delay=0".formatted(TAP));
        Namespaces.ip(namespace, "route", "add", record.address() + "/32", "dev", TAP);
        Namespaces.ip(namespace, "route", "add", "default", "via", gateway, "dev", "eth0", "onlink");
    }
}
