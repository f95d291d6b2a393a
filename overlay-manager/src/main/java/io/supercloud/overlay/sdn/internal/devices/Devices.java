package io.supercloud.overlay.sdn.internal.devices;

import io.supercloud.core.Cidr;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.Attachment;
import io.supercloud.overlay.sdn.Network;
import java.util.OptionalLong;

/**
 * Makes and deletes devices; each method may be repeated.
 *
 * @param userspaceDatapath whether packets are read from the devices by ovs-vswitchd, which does not complete checksums
 *     that the sender left to the hardware
 */
public record Devices(Commands commands, boolean userspaceDatapath) {

    public boolean exists(String device) {
        return commands.attempt("ip", "link", "show", "dev", device).succeeded();
    }

    /** A persistent tap that is up, for a program to open by name. */
    public void ensureTap(String device, int mtu) {
        if (!exists(device)) {
            commands.run("ip", "tuntap", "add", "dev", device, "mode", "tap");
        }
        bringUp(device, mtu);
        leaveChecksumsToSender(device);
    }

    /** A veth pair: {@code device} here, and the other end, ready for use, in its namespace. */
    public void ensurePair(String device, Attachment.NamespaceEnd end, Network network, MacAddress mac, Ipv4 address) {
        String mtu = Integer.toString(network.mtu());
        String namespace = end.namespace();
        if (!exists(device)) {
            commands.run(
                    "ip",
                    "link",
                    "add",
                    device,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    end.device(),
                    "address",
                    mac.toString(),
                    "mtu",
                    mtu,
                    "netns",
                    namespace);
        }
        bringUp(device, network.mtu());
        commands.run(
                "ip",
                "-n",
                namespace,
                "address",
                "replace",
                address + "/" + network.subnet().length(),
                "dev",
                end.device());
        commands.run("ip", "-n", namespace, "link", "set", "dev", end.device(), "up");
        leaveChecksumsToSender(device);
        if (userspaceDatapath) {
            commands.run("ip", "netns", "exec", namespace, "ethtool", "-K", end.device(), "tx", "off");
        }
    }

    public void delete(String device) {
        if (exists(device)) {
            commands.run("ip", "link", "delete", "dev", device);
        }
    }

    /** How many frames a device was given that nobody has taken from it; empty where that is not told. */
    public OptionalLong untaken(String device) {
        return Untaken.of(
                commands.attempt("tc", "-s", "qdisc", "show", "dev", device).output(),
                commands.attempt("ip", "-j", "-s", "link", "show", "dev", device)
                        .output()
                        .replaceAll("\\s", ""));
    }

    /** Gives {@code device} the address alone, and a route to {@code network} from it. */
    public void addAddress(String device, Ipv4 address, Cidr network) {
        commands.run("ip", "link", "set", "dev", device, "up");
        leaveChecksumsToSender(device);
        commands.run("ip", "address", "replace", address + "/32", "dev", device);
        commands.run("ip", "route", "replace", network.toString(), "dev", device, "src", address.toString());
    }

    /** Takes the address away, and with it the routes from it. */
    public void removeAddress(String device, Ipv4 address) {
        if (commands.attempt("ip", "-o", "address", "show", "dev", device)
                .output()
                .contains(" " + address + "/32 ")) {
            commands.run("ip", "address", "delete", address + "/32", "dev", device);
        }
    }

    /** Without an IPv6 address of its own, so that the host does not speak to the VM. */
    private void bringUp(String device, int mtu) {
        commands.run("ip", "link", "set", "dev", device, "addrgenmode", "none", "mtu", Integer.toString(mtu), "up");
    }

    private void leaveChecksumsToSender(String device) {
        if (userspaceDatapath) {
            commands.run("ethtool", "-K", device, "tx", "off");
        }
    }
}
