package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.Instance;
import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalCloudControl;
import io.supercloud.overlay.cloud.local.LocalClouds;
import java.time.Duration;

/** Has a local cloud take a spot instance away, as real clouds do unasked: to rehearse it. */
final class LocalReclaim {
    private final DeploymentConfig config;
    private final DeploymentDirectory directory;

    LocalReclaim(DeploymentConfig config, DeploymentDirectory directory) {
        this.config = config;
        this.directory = directory;
    }

    /** Gives {@code notice} and returns the instance that will be gone after it. */
    String reclaim(String name, Duration notice) {
        DeploymentConfig.Site site = config.sites().stream()
                .filter(known -> known.id().value().equals(name)
                        || Fleet.hostOf(known.id()).value().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("there is no host or site '%s'".formatted(name)));
        HostId host = Fleet.hostOf(site.id());
        if (config.accounts().get(site.account()).ec2().isPresent()) {
            throw new InvalidValueException(
                    "host %s is rented at account %s: its cloud alone reclaims it".formatted(host, site.account()));
        }
        LocalAccount account = Accounts.local(site.account(), config, directory);
        try (Cloud cloud = LocalClouds.open(account)) {
            Instance instance = cloud.list(config.name()).stream()
                    .filter(known -> known.host().equals(host))
                    .findFirst()
                    .orElseThrow(() -> new InvalidValueException("host %s has no instance".formatted(host)));
            new LocalCloudControl(account).reclaim(instance.id(), notice);
            return instance.id();
        }
    }
}
