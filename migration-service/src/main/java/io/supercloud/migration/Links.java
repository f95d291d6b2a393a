package io.supercloud.migration;

import io.supercloud.core.HostId;

/** What the ways between hosts are like, as far as the deployment knows. */
@FunctionalInterface
public interface Links {
    /** Ways of which nothing is known. */
    Links UNKNOWN = (source, target) -> new Link(0, 0, 0);

    Link between(HostId source, HostId target);

    /**
     * @param streamBytesPerSecond what a memory stream may take, 0 for no limit. It must leave room: a stream that fills the
     *     queues of a link makes every message of the switch wait behind it, or lose its way
     * @param rttMillis there and back
     * @param dollarsPerGigabyte what the source's cloud takes for bytes that leave it
     */
    record Link(long streamBytesPerSecond, double rttMillis, double dollarsPerGigabyte) {
        /** What each of {@code streams} beside each other has of it. */
        public Link shared(int streams) {
            return new Link(streamBytesPerSecond / streams, rttMillis, dollarsPerGigabyte);
        }
    }
}
