package io.supercloud.image;

import io.supercloud.image.internal.nbd.NbdAcceptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves block devices to NBD clients: each at a Unix socket of its own, or several at a TCP address under TLS. Each client
 * has threads of its own.
 */
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
            NbdAcceptor acceptor =
                    new NbdAcceptor(exportName, new NbdCatalog.Single(exportName, device), Optional.empty(), listener);
            NbdExport export = new NbdExport(exportName, unixSocket, acceptor, exports::remove);
            exports.add(export);
            acceptor.start();
            return export;
        } catch (IOException e) {
            throw new ImageStoreException("NBD export '%s' can not listen at %s".formatted(exportName, unixSocket), e);
        }
    }

    /**
     * Listens at a TCP address, with port 0 at any. A client gets nothing there, not even names, before it has begun TLS
     * and shown a certificate that is let in. The caller closes the listener.
     *
     * @throws ImageStoreException where the address can not be had
     */
    public static NbdListener listen(InetSocketAddress address, NbdTls tls, NbdCatalog catalog) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open().bind(address);
            NbdAcceptor acceptor = new NbdAcceptor("tcp", catalog, Optional.of(tls), listener);
            acceptor.start();
            return new NbdListener((InetSocketAddress) listener.getLocalAddress(), acceptor);
        } catch (IOException e) {
            throw new ImageStoreException(
                    "the NBD server can not listen at %s: is the port in use?".formatted(address), e);
        }
    }

    /** Closes the exports that are still open. */
    @Override
    public void close() {
        exports.forEach(NbdExport::close);
    }
}
