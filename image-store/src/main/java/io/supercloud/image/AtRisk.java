package io.supercloud.image;

/**
 * What the loss of this host would lose of a volume now.
 *
 * @param replicated whether what is written goes elsewhere at all; if not, all that was ever written here is at risk
 * @param bytes that are nowhere else
 * @param lagMillis for how long the oldest of them has been waiting to be elsewhere; 0 where nothing goes elsewhere
 */
public record AtRisk(boolean replicated, long bytes, long lagMillis) {
    public static final AtRisk NOTHING = new AtRisk(true, 0, 0);

    /** Of a volume on one host alone. */
    public static AtRisk all(long bytes) {
        return new AtRisk(false, bytes, 0);
    }
}
