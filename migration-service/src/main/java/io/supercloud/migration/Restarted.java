package io.supercloud.migration;

/**
 * How a VM came to run at another host.
 *
 * @param resumed whether it went on from its checkpoint; otherwise it was booted from its disk
 * @param obstacle why not; empty where it did
 */
public record Restarted(boolean resumed, String obstacle) {
    public static final Restarted RESUMED = new Restarted(true, "");

    public static Restarted booted(String obstacle) {
        return new Restarted(false, obstacle);
    }
}
