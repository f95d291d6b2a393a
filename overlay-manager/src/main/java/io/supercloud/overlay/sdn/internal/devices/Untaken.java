package io.supercloud.overlay.sdn.internal.devices;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The frames that a tap's queue has and nobody reads. The kernel counts a frame at the queueing discipline when it is put into the
 * device, and at the device when the program behind it reads it; what is between was not read.
 */
final class Untaken {
    private static final Pattern QUEUED = Pattern.compile("Sent \\d{1,19} bytes (\\d{1,18}) pkt");
    private static final Pattern READ = Pattern.compile("\"tx\":\\{\"bytes\":\\d{1,19},\"packets\":(\\d{1,18})[,}]");

    private Untaken() {}

    /**
     * @param discipline what {@code tc -s qdisc show dev DEVICE} says
     * @param device what {@code ip -j -s link show dev DEVICE} says
     * @return empty where either tells no number, and for a device without a discipline, which counts nothing
     */
    static OptionalLong of(String discipline, String device) {
        Matcher queued = QUEUED.matcher(discipline);
        Matcher read = READ.matcher(device);
        if (!queued.find() || !read.find() || discipline.startsWith("qdisc noqueue")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(0, Long.parseLong(queued.group(1)) - Long.parseLong(read.group(1))));
    }
}
