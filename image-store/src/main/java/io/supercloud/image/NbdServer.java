package io.supercloud.image;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves block devices to NBD clients, each at a Unix socket of its own. Each client has threads of its own. */
public final class NbdServer implements DiskServer, AutoCloseable {
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private final Set<NbdExport> exports = ConcurrentHashMap.newKeySet();

    /**
     * Exports {@code device} at {@code unixSocket}, where only this process's user can connect; a socket file that an
     * earlier process left there is replaced.
     *
     * @param exportName what clients ask for; the empty name leads here too
     * @throws ImageStoreException where the socket can not be made
     */
    @Override
    public NbdExport export(String exportName, Path unixSocket, BlockDevice device) {
        if (unixSocket.toString().length() > MAX_SOCKET_PATH_BYTES) {
            throw new ImageStoreException("the socket path %s is longer than %d bytes: choose a shorter folder"
                    .formatted(unixSocket, MAX_SOCKET_PATH_BYTES));
        }
        try {
            Files.deleteIfExists(unixSocket);
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(unixSocket));
            Files.setPosixFilePermissions(unixSocket, PosixFilePermissions.fromString("rw-------"));
            NbdExport export = new NbdExport(exportName, unixSocket, device, listener, exports::remove);
            exports.add(export);
            export.start();
            return export;
        } catch (IOException e) {
            throw new ImageStoreException("NBD export '%s' can not listen at %s".formatted(exportName, unixSocket), e);
        }
    }

    /** Closes the exports that are still open. */
    @Override
    public void close() {
        exports.forEach(NbdExport::close);
    }
}
