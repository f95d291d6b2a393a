package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Protection.OnHostLoss;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.SettingsException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the policy file of a deployment says beside prices. It is read whenever it is asked, so that edits count. */
final class SlicePolicies {
    private static final Logger log = LoggerFactory.getLogger(SlicePolicies.class);

    private final Optional<Path> file;

    SlicePolicies(DeploymentConfig config) {
        this.file = config.policy().map(Path::of);
    }

    /** How the disk of {@code vm}, by its user's name, is kept, where the policy asks for more than its host. */
    Optional<Protection> protection(VmId vm) {
        return file.map(path -> PolicyFile.read(path).of(vm).protection())
                .filter(Policy.Protection::outlivesHost)
                .map(wanted -> new Protection(
                        Durability.parse(wanted.durability()),
                        switch (wanted.onLoss()) {
                            case RESTART -> OnHostLoss.RESTART;
                            case STAY -> OnHostLoss.STAY;
                        }));
    }

    /** Whether {@code vm} leaves a host that its cloud takes away. A policy that cannot be read keeps nobody there. */
    boolean leavesOnNotice(VmId vm) {
        try {
            return file.map(path -> PolicyFile.read(path).of(vm).protection().onNotice() == Policy.OnNotice.MOVE)
                    .orElse(true);
        } catch (SettingsException e) {
            log.warn("VM {} leaves its host on notice: {}", vm, e.getMessage());
            return true;
        }
    }
}
