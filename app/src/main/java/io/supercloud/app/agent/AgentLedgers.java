package io.supercloud.app.agent;

import io.supercloud.app.config.DeploymentConfig.LedgerHosts;
import io.supercloud.core.Tasks;
import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.LedgerReader;
import io.supercloud.image.ledger.LedgerWriter;
import io.supercloud.image.ledger.Ledgers;
import io.supercloud.journal.BookKeeperLedgers;
import io.supercloud.journal.Bookie;
import io.supercloud.journal.LedgerService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledgers of a deployment, as one agent has them: it keeps some, where they are the hosts' own, and connects to them when
 * a volume needs that first. An agent does not wait for them: its VMs do whose disks are replicated.
 */
final class AgentLedgers implements Ledgers {
    /** The TCP port at which hosts keep ledgers. */
    static final int PORT = 7072;

    private static final Logger log = LoggerFactory.getLogger(AgentLedgers.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final LedgerService service;
    private final ReentrantLock lock = new ReentrantLock();
    private Ledgers connected;
    private boolean closed;

    private AgentLedgers(LedgerService service) {
        this.service = service;
    }

    /** Empty where the deployment has no ledgers. */
    static Optional<Ledgers> start(AgentEnvironment environment, String underlay, Tasks tasks) {
        Path identity = environment.directory().resolve("identity");
        LedgerService.Certificates certificates =
                new LedgerService.Certificates(identity.resolve("identity.pem"), identity.resolve("authorities.pem"));
        return switch (environment.ledgers()) {
            case LedgerHosts.None _ -> Optional.empty();
            case LedgerHosts.Own _ -> {
                LedgerService own = new LedgerService(
                        environment.registry(),
                        "/supercloud/%s/ledgers".formatted(environment.deployment()),
                        Optional.of(certificates));
                Path kept = environment.directory().resolve("ledgers");
                tasks.start("ledgers", () -> keep(own, kept, new InetSocketAddress(underlay, PORT), tasks));
                yield Optional.of(new AgentLedgers(own));
            }
            case LedgerHosts.External(String servers, String root) ->
                Optional.of(new AgentLedgers(new LedgerService(servers, root, Optional.empty())));
        };
    }

    /** Until it has begun: the registry may not answer yet. */
    private static void keep(LedgerService service, Path directory, InetSocketAddress address, Tasks tasks) {
        Duration pause = FIRST_PAUSE;
        boolean kept = false;
        while (!kept) {
            try {
                Bookie.start(service, directory, address);
                kept = true;
            } catch (IOException e) {
                log.error("{}; it is tried again", e.getMessage());
                tasks.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        }
    }

    private Ledgers connected() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the ledgers are closed");
            }
            if (connected == null) {
                connected = BookKeeperLedgers.connect(service);
            }
            return connected;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public LedgerWriter create(Copies copies) throws IOException {
        return connected().create(copies);
    }

    @Override
    public LedgerReader end(long ledger) throws IOException {
        return connected().end(ledger);
    }

    @Override
    public void delete(long ledger) throws IOException {
        connected().delete(ledger);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (connected != null) {
                connected.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
