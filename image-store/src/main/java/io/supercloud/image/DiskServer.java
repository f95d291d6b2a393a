package io.supercloud.image;

import java.nio.file.Path;

/** Serves block devices to hypervisors on this host, each at a Unix socket of its own. */
public interface DiskServer {
    /**
     * Serves {@code device} at {@code socket} until the export is closed; a socket that an earlier process left there is
     * replaced.
     *
     * @param name what clients ask for
     * @throws ImageStoreException where the socket can not be made
     */
    Export export(String name, Path socket, BlockDevice device);

    /** A device that is served. */
    interface Export extends AutoCloseable {
        /** Disconnects all clients and removes the socket; requests under way end unanswered. */
        @Override
        void close();
    }
}
