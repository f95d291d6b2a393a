package io.supercloud.stubs;

import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.migration.StubRecord;
import io.supercloud.overlay.sdn.HostNetwork;
import io.supercloud.overlay.sdn.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for the stubs of one site on one of its hosts: listens at each stub's overlay address and joins every connection
 * with one to the real service on the underlay.
 */
public final class StubGateway implements AutoCloseable {
    static final int MAX_CONNECTIONS = 256;
    static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Logger log = LoggerFactory.getLogger(StubGateway.class);

    private final SiteId site;
    private final HostNetwork network;
    private final Map<StubRecord, ServerSocket> open = new HashMap<>();
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

    public StubGateway(SiteId site, HostNetwork network) {
        this.site = site;
        this.network = network;
    }

    /** Begins to stand for stubs that are new, and ends for those that are gone. */
    public synchronized void follow(List<StubRecord> stubs, List<Network> networks) {
        Set<StubRecord> gone = new HashSet<>(open.keySet());
        stubs.forEach(gone::remove);
        gone.forEach(this::conceal);
        for (StubRecord stub : stubs) {
            networks.stream()
                    .filter(known -> known.name().equals(stub.network()))
                    .filter(known -> stub.site().equals(site) && !open.containsKey(stub))
                    .forEach(known -> expose(stub, known));
        }
    }

    private void expose(StubRecord stub, Network overlay) {
        try {
            network.exposeStub(stub.address(), overlay.subnet());
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(stub.address().toString(), stub.tcpPort()));
            open.put(stub, server);
            Thread.ofVirtual().name("stub " + stub.name()).start(() -> accept(stub, server));
            log.info(
                    "stub {} stands at {}:{} for {}:{}",
                    stub.name(),
                    stub.address(),
                    stub.tcpPort(),
                    stub.serviceAddress(),
                    stub.servicePort());
        } catch (IOException e) {
            log.error("stub {} cannot stand at {}:{}: {}", stub.name(), stub.address(), stub.tcpPort(), e.getMessage());
        }
    }

    private void accept(StubRecord stub, ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (!connections.tryAcquire()) {
                    client.close();
                    log.warn("stub {} has {} connections: one more is refused", stub.name(), MAX_CONNECTIONS);
                    continue;
                }
                Thread.ofVirtual().name("stub client of " + stub.name()).start(() -> join(stub, client));
            } catch (IOException e) {
                log.debug("stub {}: {}", stub.name(), e.getMessage());
            }
        }
    }

    private void join(StubRecord stub, Socket client) {
        try (client;
                Socket service = new Socket()) {
            service.connect(address(stub.serviceAddress(), stub.servicePort()), CONNECT_TIMEOUT_MILLIS);
            Thread back = Thread.ofVirtual().start(() -> copy(stub, service, client));
            copy(stub, client, service);
            back.join();
        } catch (IOException e) {
            log.warn(
                    "stub {}: its service {}:{} cannot be reached: {}",
                    stub.name(),
                    stub.serviceAddress(),
                    stub.servicePort(),
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.release();
        }
    }

    private static InetSocketAddress address(Ipv4 host, int port) {
        return new InetSocketAddress(host.toString(), port);
    }

    /** Copies until the end of {@code from}, then tells {@code to} that no more comes. */
    private static void copy(StubRecord stub, Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                to.getOutputStream().write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            log.debug("stub {}: connection ended: {}", stub.name(), e.getMessage());
        }
    }

    private void conceal(StubRecord stub) {
        try {
            open.remove(stub).close();
        } catch (IOException e) {
            log.warn("stub {} does not close: {}", stub.name(), e.getMessage());
        }
        network.concealStub(stub.address());
    }

    @Override
    public synchronized void close() {
        Set.copyOf(open.keySet()).forEach(this::conceal);
    }
}
