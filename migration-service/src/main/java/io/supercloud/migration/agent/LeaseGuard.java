package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.VmRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the VMs that would be restarted elsewhere if this host's lease ended, before it ends. A silent registry is noticed after two
 * thirds of the session's time; what is left is more than {@link #PATIENCE}. When the registry answers again, they
 * go on if they are this host's still; otherwise {@link HostService} ends them.
 */
final class LeaseGuard implements Registry.Subscription {
    private static final Logger log = LoggerFactory.getLogger(LeaseGuard.class);
    static final Duration PATIENCE = Duration.ofMillis(1_500);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final HostContext host;
    private final Collection<HostedVm> vms;
    private final Registry.Subscription connection;
    private final Set<VmId> stopped = ConcurrentHashMap.newKeySet();
    private volatile boolean reachable = true;
    /** How often that has changed. */
    private volatile long changes;

    /** @param vms all that this host knows of, at any time */
    LeaseGuard(HostContext host, Collection<HostedVm> vms) {
        this.host = host;
        this.vms = vms;
        this.connection = host.registry().watchConnection(this::changed);
    }

    private synchronized void changed(boolean now) {
        if (now != reachable) {
            reachable = now;
            changes++;
            long since = changes;
            host.tasks().start("lease", () -> follow(now, since));
        }
    }

    private void follow(boolean now, long since) {
        if (!now) {
            host.tasks().sleep(PATIENCE);
        }
        vms.stream()
                .filter(vm -> vm.spec().protection().restarts())
                .forEach(vm -> host.tasks().start("lease of " + vm.id(), () -> followUntilDone(vm, now, since)));
    }

    private void followUntilDone(HostedVm vm, boolean now, long since) {
        while (changes == since && !done(vm, now)) {
            host.tasks().sleep(RETRY_PAUSE);
        }
    }

    private boolean done(HostedVm vm, boolean now) {
        vm.lock().lock();
        try {
            if (now) {
                goOn(vm);
            } else if (vm.role() instanceof Role.Owning && vm.running() && !vm.held()) {
                vm.hold(true);
                stopped.add(vm.id());
                vm.machine().pause();
                log.warn("VM {} stands still: the registry does not answer, and this host's lease may end", vm.id());
            }
            return true;
        } catch (RegistryException e) {
            return false;
        } catch (SupercloudException e) {
            log.error("VM {} does not follow this host's lease: {}", vm.id(), e.getMessage());
            return false;
        } finally {
            vm.lock().unlock();
        }
    }

    private void goOn(HostedVm vm) {
        Optional<Owner> owner = host.owners().find(vm.id().value());
        boolean mine = vm.role() instanceof Role.Owning(Owner known) && owner.equals(Optional.of(known));
        if (mine && stopped.contains(vm.id())) {
            vm.hold(Wishes.of(host.registry(), vm.id()) == VmRecord.Desired.PAUSED);
            vm.letRun();
            stopped.remove(vm.id());
            log.info("VM {} goes on: it is this host's still", vm.id());
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
