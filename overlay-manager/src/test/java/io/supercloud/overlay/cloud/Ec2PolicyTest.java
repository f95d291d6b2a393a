package io.supercloud.overlay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.overlay.cloud.ec2.Ec2Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Ec2PolicyTest {
    private static final String DEPLOYMENT = "demo";
    private static final String TAGGING = "CreateTags";

    @TempDir
    Path directory;

    private Ec2Bed bed;

    @BeforeEach
    void open() throws IOException {
        bed = new Ec2Bed(directory);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void thePolicyHoldsExactlyTheActionsThatAreCalled() {
        bed.ec2.permit(actions());
        upAndDown();

        Set<String> called = new TreeSet<>(bed.ec2.calls());
        called.add(TAGGING);
        assertThat(actions()).isEqualTo(called);
    }

    @Test
    void withoutAnyOneOfItsActionsSomethingIsRefusedByName() {
        for (String action : actions()) {
            bed.registry = new InMemoryRegistry();
            Set<String> fewer = new TreeSet<>(actions());
            fewer.remove(action);
            bed.ec2.permit(fewer);
            assertThatThrownBy(this::upAndDown).as(action).hasMessageContaining("does not permit this");

            bed.ec2.permit(actions());
            bed.time.sleep(Duration.ofMinutes(6));
            bed.launcher(bed.registry, bed.cloud).sweep(DEPLOYMENT);
            down();
            assertThat(bed.billed()).as(action).isEmpty();
            assertThat(bed.ec2.groups()).as(action).isEmpty();
        }
    }

    private void upAndDown() {
        HostLauncher launcher = bed.launcher(bed.registry, bed.cloud);
        for (String host : List.of("alpha", "beta")) {
            launcher.launch(bed.order(DEPLOYMENT, host, "m5.metal", false), line -> {});
        }
        launcher.terminate(new HostId("alpha"));
        bed.cloud.admit(
                DEPLOYMENT,
                bed.cloud.list(DEPLOYMENT).stream().map(Instance::address).collect(Collectors.toSet()));
        down();
    }

    private void down() {
        HostLauncher launcher = bed.launcher(bed.registry, bed.cloud);
        launcher.terminate(new HostId("alpha"));
        launcher.terminate(new HostId("beta"));
        assertThat(launcher.forget(DEPLOYMENT)).isEmpty();
    }

    private static Set<String> actions() {
        Set<String> actions = new TreeSet<>();
        for (Object statement : (List<?>) Ec2Policy.document().get("Statement")) {
            for (Object action : (List<?>) ((Map<?, ?>) statement).get("Action")) {
                actions.add(action.toString().substring("ec2:".length()));
            }
        }
        return actions;
    }
}
