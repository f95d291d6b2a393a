package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.Account;
import io.supercloud.app.config.DeploymentConfig.Quota;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether an account's limits allow a VM at one of its sites, beside the VMs that run there. */
final class Quotas {
    private final DeploymentConfig config;
    private final Registry registry;

    Quotas(DeploymentConfig config, Registry registry) {
        this.config = config;
        this.registry = registry;
    }

    /** Throws where {@link #objection} has one. */
    void require(VmSpec spec, HostId target) {
        objection(spec, target).ifPresent(why -> {
            throw new MigrationException(why);
        });
    }

    /** Why a VM may not come to a host, or run there; empty where it may. */
    Optional<String> objection(VmSpec spec, HostId target) {
        return account(target).flatMap(account -> objection(spec, account, othersAt(account, spec.id())));
    }

    /** Pure. */
    static Optional<String> objection(VmSpec spec, Account account, List<VmSpec> others) {
        Quota quota = account.quota();
        long vcpus = others.stream().mapToLong(VmSpec::vcpus).sum() + spec.vcpus();
        long memoryMiB = others.stream().mapToLong(VmSpec::memoryMiB).sum() + spec.memoryMiB();
        if (vcpus > quota.vcpus()) {
            return Optional.of(refusal(spec, account, vcpus + " CPUs", quota.vcpus() + " CPUs"));
        }
        if (memoryMiB > quota.memoryMiB()) {
            return Optional.of(refusal(spec, account, memoryMiB + " MiB", quota.memoryMiB() + " MiB of memory"));
        }
        return Optional.empty();
    }

    private static String refusal(VmSpec spec, Account account, String needed, String allowed) {
        return "with VM %s the VMs of account %s would have %s, its quota is %s: stop or move another, or raise accounts.%s.quota"
                .formatted(spec.id(), account.name(), needed, allowed, account.name());
    }

    private Optional<Account> account(HostId host) {
        return registry.read(Paths.host(host))
                .map(entry -> Json.read(entry, HostRecord.class).site())
                .flatMap(this::account);
    }

    private Optional<Account> account(SiteId at) {
        return config.sites().stream()
                .filter(site -> site.id().equals(at))
                .map(Site::account)
                .map(config.accounts()::get)
                .findFirst();
    }

    private List<VmSpec> othersAt(Account account, VmId but) {
        Map<String, HostId> owners = registry.children(Paths.OWNERS).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> Owners.decode(entry.getValue()).host()));
        return registry.children(Paths.VMS).values().stream()
                .map(entry -> Json.read(entry, VmRecord.class))
                .filter(record -> record.desired().hasProcess())
                .map(VmRecord::spec)
                .filter(spec -> !spec.id().equals(but))
                .filter(spec -> Optional.ofNullable(owners.get(spec.id().value()))
                        .flatMap(this::account)
                        .filter(account::equals)
                        .isPresent())
                .toList();
    }
}
