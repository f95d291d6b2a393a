package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.Owner;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.image.AtRisk;
import io.supercloud.migration.HostFigures.VmFigures;
import io.supercloud.migration.Samples;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final VmSpec SPEC = Samples.order("m").spec();

    /** Answers what is known without asking, and nothing else. */
    private static <T> T silent(Class<T> type, Map<String, Object> known) {
        return type.cast(Proxy.newProxyInstance(
                FiguresTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (!known.containsKey(method.getName())) {
                        throw new AssertionError("the hypervisor was asked for " + method.getName());
                    }
                    return known.get(method.getName());
                }));
    }

    private static HostedVm adopted() {
        VirtualMachine machine = silent(VirtualMachine.class, Map.of("alive", true));
        Hypervisor hypervisor = silent(Hypervisor.class, Map.of("adopt", Optional.of(machine)));
        HostContext context = new HostContext(
                Samples.EAST,
                null,
                null,
                null,
                null,
                null,
                hypervisor,
                null,
                null,
                null,
                null,
                null,
                InstantSource.system(),
                new VirtualThreadTasks());
        HostedVm vm = new HostedVm(context, SPEC, new Role.Owning(new Owner(Samples.EAST, 1)));
        vm.adopt();
        return vm;
    }

    @Test
    void figuresWaitForNoLockAndAskNoHypervisor() throws InterruptedException {
        HostedVm vm = adopted();
        CountDownLatch locked = new CountDownLatch(1);
        Thread busy = Thread.ofVirtual().start(() -> {
            vm.lock().lock();
            locked.countDown();
            java.util.concurrent.locks.LockSupport.park();
        });
        locked.await();
        assertThat(HostResources.figures(List.of(vm)).vms())
                .containsExactly(new VmFigures(SPEC.id(), "owning", true, 0, 0, AtRisk.NOTHING));
        busy.interrupt();
    }
}
