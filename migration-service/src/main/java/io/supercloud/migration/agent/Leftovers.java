package io.supercloud.migration.agent;

import io.supercloud.core.Registry;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** What moves leave on a host that could not be told that they are over. The port's record tells: it rests then. */
final class Leftovers implements AutoCloseable {
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final HostContext host;
    private final Recovery recovery;
    private final Collection<HostedVm> vms;
    private final Registry.Subscription ports;
    private volatile boolean closed;

    /** @param vms all that this host knows of, at any time */
    Leftovers(HostContext host, Recovery recovery, Collection<HostedVm> vms) {
        this.host = host;
        this.recovery = recovery;
        this.vms = vms;
        this.ports = host.registry().watch(Paths.PORTS, this::portsChanged);
    }

    private void portsChanged(Map<String, Registry.Entry> entries) {
        for (HostedVm vm : vms) {
            Registry.Entry entry = entries.get(vm.id().value());
            if (entry != null && vm.lingers() && !moves(entry)) {
                host.tasks().start("leftovers of " + vm.id(), () -> tidy(vm));
            }
        }
    }

    private boolean moves(Registry.Entry port) {
        return Json.read(port, PortRecord.class).moves(host.me());
    }

    private void tidy(HostedVm vm) {
        while (!closed && !tidied(vm)) {
            host.tasks().sleep(RETRY_PAUSE);
        }
    }

    private boolean tidied(HostedVm vm) {
        vm.lock().lock();
        try {
            return recovery.tidied(vm);
        } finally {
            vm.lock().unlock();
        }
    }

    /** An order may come when its move is over: nobody would undo what it makes. */
    void requireUnderWay(MoveOrder order) {
        boolean underWay = host.registry()
                .read(Paths.port(order.vm().value()))
                .filter(this::moves)
                .isPresent();
        if (!underWay) {
            throw new MigrationException("move %s of VM %s is not under way".formatted(order.move(), order.vm()));
        }
    }

    @Override
    public void close() {
        closed = true;
        ports.close();
    }
}
