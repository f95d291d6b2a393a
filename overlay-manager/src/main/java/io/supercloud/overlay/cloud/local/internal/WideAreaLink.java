package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.overlay.cloud.CloudException;
import java.util.Locale;

/**
 * A link with delay and bandwidth between two namespaces. Without delay it is a pair of veths; with delay it is the same
 * under netem where the kernel has that, else two taps joined by vde2's programs in user space, which run in the first
 * namespace or the second and end with them.
 */
public final class WideAreaLink {
    private static final long TAP_LIMIT_MILLIS = 10_000;
    private static final long POLL_MILLIS = 10;
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

    /** dpipe wants to lead a process group of its own, which the leader of a session cannot. */
    private static void taps(End a, End b, double delayMillis) {
        String pipe = "dpipe vde_plug2tap -s - %s = wirefilter -d %s = ip netns exec %s vde_plug2tap -s - %s & wait"
                .formatted(a.device, millis(delayMillis), b.namespace, b.device);
        Namespaces.start(a.namespace, "sh", "-c", pipe);
        long limit = System.nanoTime() + TAP_LIMIT_MILLIS * 1_000_000;
        while (!present(a) || !present(b)) {
            if (System.nanoTime() > limit) {
                throw new CloudException("no tap came up between %s and %s within %d ms; is vde2 installed?"
                        .formatted(a.namespace, b.namespace, TAP_LIMIT_MILLIS));
            }
            pause();
        }
        raise(a);
        raise(b);
    }

    private static boolean present(End end) {
        return Namespaces.tryIp(end.namespace, "link", "show", end.device);
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException("interrupted while a link was made", e);
        }
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
