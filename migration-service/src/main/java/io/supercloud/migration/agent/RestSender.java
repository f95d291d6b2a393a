package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's end of a post-copy: takes the stream up again whenever it breaks, until the target has all of the guest's memory
 * or wants no more of it.
 */
final class RestSender {
    private static final Logger log = LoggerFactory.getLogger(RestSender.class);
    /** A post-copy sends all the time, so a stream that has not moved for so long is dead. */
    private static final Duration STILL_LIMIT = Duration.ofSeconds(5);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final HostContext host;
    private final HostedVm vm;
    private final VirtualMachine machine;
    private final Owner next;
    private long sentBytes = -1;

    RestSender(HostContext host, HostedVm vm, VirtualMachine machine, Owner next) {
        this.host = host;
        this.vm = vm;
        this.machine = machine;
        this.next = next;
    }

    /**
     * Whether {@code vm}, null where it is not known here, has a process here with memory that its guest lacks. It may before
     * this host knows that the guest has gone on: when the answer to the resume is lost.
     */
    static boolean keeps(HostedVm vm) {
        return vm != null && vm.running() && vm.machine().restOfMemory() != Rest.NONE;
    }

    /** Returns when nothing is to be sent any more. */
    void send() {
        while (machine.alive() && vm.role().leftTo(next)) {
            try {
                if (!goesOn()) {
                    return;
                }
            } catch (HostUnreachableException e) {
                log.info("the rest of the memory of VM {} waits for {}: {}", vm.id(), next.host(), e.getMessage());
                host.tasks().sleep(RETRY_PAUSE);
            } catch (MigrationException e) {
                log.warn("the rest of the memory of VM {} does not get on: {}", vm.id(), e.getMessage());
                host.tasks().sleep(RETRY_PAUSE);
            }
        }
    }

    private boolean goesOn() {
        Rest rest = machine.awaitRest(STILL_LIMIT);
        return switch (rest) {
            case NONE -> false;
            case ARRIVING -> {
                breakWhereStill();
                yield true;
            }
            case BROKEN -> again();
        };
    }

    private void breakWhereStill() {
        long now = machine.streamProgress().sentBytes();
        if (now == sentBytes) {
            machine.breakRest();
        }
        sentBytes = now;
    }

    private boolean again() {
        HostCall.RestPoint point = host.hosts().of(next.host()).call(new HostCall.TakeRest(vm.id(), next), CALL_LIMIT);
        if (point.wanted()) {
            machine.resumeRest(new InetSocketAddress(point.address().toString(), point.port()));
            sentBytes = -1;
        }
        return point.wanted();
    }
}
