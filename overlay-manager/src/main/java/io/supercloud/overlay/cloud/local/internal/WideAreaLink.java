package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.overlay.cloud.CloudException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * A link with delay and bandwidth between two namespaces. Without delay it is a pair of veths; with delay it is the same
 * under netem where the kernel has that, else two taps joined by a small program, {@code delay.c}, which runs in the first
 * namespace and ends with it. (vde2's wirefilter between pipes was tried: under load in both directions it stood still.)
 */
public final class WideAreaLink {
    private static final long TAP_LIMIT_MILLIS = 10_000;
    private static final long POLL_MILLIS = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double MICROS_PER_MILLI = 1_000;
    private static final long MIN_BURST_BYTES = 32 * 1024;
    private static final int BURSTS_PER_SECOND = 100;
    private static final int QUEUE_MILLIS = 100;
    private static final int NETEM_QUEUE_PACKETS = 100_000;

    private WideAreaLink() {}

    /** One end, as a device in a namespace. */
    public record End(String namespace, String device) {}

    /**
     * Makes the link; both devices are up.
     *
     * @param delayMillis one way
     * @param bitsPerSecond of each direction; 0 for no limit
     */
    public static void join(End a, End b, double delayMillis, long bitsPerSecond) {
        if (delayMillis == 0 || netemWorks(a.namespace)) {
            veths(a, b);
            shape(a, delayMillis, bitsPerSecond);
            shape(b, delayMillis, bitsPerSecond);
        } else {
            taps(a, b, delayMillis);
            shape(a, 0, bitsPerSecond);
            shape(b, 0, bitsPerSecond);
        }
    }

    private static boolean netemWorks(String namespace) {
        Namespaces.ip(namespace, "link", "add", "probe", "type", "veth", "peer", "name", "probe-peer");
        boolean works = Namespaces.tryTrafficControl(
                namespace, "qdisc", "add", "dev", "probe", "root", "netem", "delay", "1ms");
        Namespaces.ip(namespace, "link", "delete", "probe");
        return works;
    }

    private static void veths(End a, End b) {
        Namespaces.ip(
                a.namespace, "link", "add", a.device, "type", "veth", "peer", "name", b.device, "netns", b.namespace);
        raise(a);
        raise(b);
    }

    private static void raise(End end) {
        Namespaces.offloadsOff(end.namespace, end.device);
        Namespaces.ip(end.namespace, "link", "set", end.device, "up");
    }

    /** The program is made from its source, started, and its file deleted: a process needs it no more. */
    private static void taps(End a, End b, double delayMillis) {
        try {
            Path folder = Files.createTempDirectory("supercloud-link");
            Path source = folder.resolve("delay.c");
            Path program = folder.resolve("delay");
            try (InputStream text = WideAreaLink.class.getResourceAsStream("delay.c")) {
                Files.copy(text, source);
                Command.run("gcc", "-O2", "-o", program.toString(), source.toString());
                String micros = Long.toString(Math.round(delayMillis * MICROS_PER_MILLI));
                Namespaces.start(a.namespace, program.toString(), a.namespace, a.device, b.namespace, b.device, micros);
                awaitTaps(a, b);
            } finally {
                Files.deleteIfExists(program);
                Files.deleteIfExists(source);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new CloudException(
                    "the link between %s and %s could not be made: %s"
                            .formatted(a.namespace, b.namespace, e.getMessage()),
                    e);
        }
        raise(a);
        raise(b);
    }

    private static void awaitTaps(End a, End b) {
        long limit = System.nanoTime() + TAP_LIMIT_MILLIS * NANOS_PER_MILLI;
        while (!present(a) || !present(b)) {
            if (System.nanoTime() > limit) {
                throw new CloudException("no tap came up between %s and %s within %d ms; is /dev/net/tun there?"
                        .formatted(a.namespace, b.namespace, TAP_LIMIT_MILLIS));
            }
            LockSupport.parkNanos(POLL_MILLIS * NANOS_PER_MILLI);
        }
    }

    private static boolean present(End end) {
        return Namespaces.tryIp(end.namespace, "link", "show", end.device);
    }

    private static void shape(End end, double delayMillis, long bitsPerSecond) {
        if (delayMillis > 0) {
            String rate = bitsPerSecond > 0 ? " rate " + bitsPerSecond + "bit" : "";
            trafficControl(
                    end, "netem delay %sms limit %d%s".formatted(millis(delayMillis), NETEM_QUEUE_PACKETS, rate));
        } else if (bitsPerSecond > 0) {
            long burstBytes = Math.max(MIN_BURST_BYTES, bitsPerSecond / 8 / BURSTS_PER_SECOND);
            trafficControl(
                    end, "tbf rate %dbit burst %d latency %dms".formatted(bitsPerSecond, burstBytes, QUEUE_MILLIS));
        }
    }

    private static void trafficControl(End end, String discipline) {
        String[] words = ("tc qdisc add dev " + end.device + " root " + discipline).split(" ");
        Namespaces.run(end.namespace, words);
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.3f", millis);
    }
}
