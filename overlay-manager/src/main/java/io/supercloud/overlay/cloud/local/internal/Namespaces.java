package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.overlay.cloud.CloudException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The machine's network namespaces: {@code sc-<deployment>-mgr} for the manager, {@code sc-<deployment>-r<site>} for a
 * site's router, {@code sc-<deployment>-i-<14 hex digits>} for an instance, {@code sc-<deployment>-c-<name>} for a client
 * outside of the clouds.
 */
public final class Namespaces {
    private static final Path NAMED = Path.of("/run/netns");
    private static final Path OWN_NETWORK = Path.of("/proc/self/ns/net");
    private static final Path OWN_MOUNTS = Path.of("/proc/self/ns/mnt");

    private Namespaces() {}

    public static String manager(String deployment) {
        return "sc-" + deployment + "-mgr";
    }

    public static String router(String deployment, int siteIndex) {
        return "sc-" + deployment + "-r" + siteIndex;
    }

    public static String instance(String deployment, String instanceId) {
        return "sc-" + deployment + "-" + instanceId;
    }

    public static String client(String deployment, String name) {
        return "sc-" + deployment + "-c-" + name;
    }

    /** All namespaces of {@code deployment}, and of no other whose name begins like it. */
    public static List<String> ofDeployment(String deployment) {
        Pattern own = Pattern.compile("sc-" + Pattern.quote(deployment) + "-(mgr|r[0-9]+|i-[0-9a-f]{14}|c-[a-z0-9-]+)");
        return named().stream().filter(name -> own.matcher(name).matches()).toList();
    }

    public static List<String> named() {
        if (!Files.isDirectory(NAMED)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(NAMED)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean exists(String namespace) {
        return Files.exists(NAMED.resolve(namespace));
    }

    /** Makes a namespace whose loopback is up. */
    public static void add(String namespace) {
        Command.run("ip", "netns", "add", namespace);
        ip(namespace, "link", "set", "lo", "up");
    }

    /** {@code ip} on the devices of {@code namespace}. */
    public static String ip(String namespace, String... words) {
        return Command.run(joined(List.of("ip", "-n", namespace), words));
    }

    /** Whether {@code ip} on the devices of {@code namespace} succeeded. */
    public static boolean tryIp(String namespace, String... words) {
        return Command.attempt(joined(List.of("ip", "-n", namespace), words)).exitCode() == 0;
    }

    /** Whether {@code tc} on the devices of {@code namespace} succeeded. */
    static boolean tryTrafficControl(String namespace, String... words) {
        return Command.attempt(joined(List.of("tc", "-n", namespace), words)).exitCode() == 0;
    }

    /** Runs a program inside, to its end. */
    public static String run(String namespace, String... words) {
        return Command.run(joined(List.of("ip", "netns", "exec", namespace), words));
    }

    /** Starts a program inside that outlives this process; {@link #remove} ends it. */
    public static void start(String namespace, String... words) {
        String quiet = "exec \"$@\" >/dev/null 2>&1";
        Command.run(
                joined(List.of("setsid", "--fork", "sh", "-c", quiet, "sh", "ip", "netns", "exec", namespace), words));
    }

    /** Joins {@code port}, the router's end of {@code device} in {@code namespace}, to the router's site. */
    static void plugIn(String namespace, String device, String router, String port) {
        ip(router, "link", "set", port, "master", "site", "up");
        ip(namespace, "link", "set", device, "up");
        offloadsOff(router, port);
        offloadsOff(namespace, device);
    }

    /** Turns transmit offloads off: userspace switches and taps do not finish checksums that the sender left open. */
    public static void offloadsOff(String namespace, String device) {
        run(namespace, "ethtool", "-K", device, "tx", "off");
    }

    /**
     * Kills what runs in {@code namespace}, removes it with its devices, and then {@code directory}. Whatever of all this
     * does not exist is no error. Throws where the calling process itself runs in it.
     */
    public static void remove(String namespace, Path directory) {
        if (exists(namespace) && inode(NAMED.resolve(namespace)).equals(inode(OWN_NETWORK))) {
            throw new CloudException(
                    "namespace %s cannot be removed from within: run this outside of it".formatted(namespace));
        }
        Command.run("sh", "-c", Scripts.TERMINATE, "terminate", namespace, directory.toString());
    }

    private static Object inode(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes on {@code device} which mount namespace the names of this deployment's namespaces are visible in. */
    public static void noteMounts(String namespace, String device) {
        ip(namespace, "link", "set", device, "alias", ownMounts());
    }

    /**
     * Throws where names given by this process would be visible to it alone, as they are under {@code ip netns exec},
     * which gives a process mounts of its own.
     */
    static void requireSameMounts(String namespace, String device) {
        if (!ip(namespace, "link", "show", device).contains("alias " + ownMounts())) {
            throw new CloudException(
                    "this process has mounts of its own, so that nobody else would see the namespaces that it names: start it with 'nsenter --net=/run/netns/NAME' instead of 'ip netns exec NAME'");
        }
    }

    private static String ownMounts() {
        try {
            return Files.readSymbolicLink(OWN_MOUNTS).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] joined(List<String> first, String... rest) {
        List<String> words = new ArrayList<>(first);
        words.addAll(List.of(rest));
        return words.toArray(String[]::new);
    }
}
