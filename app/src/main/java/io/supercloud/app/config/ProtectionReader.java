package io.supercloud.app.config;

import io.supercloud.app.config.DeploymentConfig.LedgerHosts;
import io.supercloud.image.Durability;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Protection.OnHostLoss;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import java.time.Duration;
import java.util.Optional;

/** Reads what the loss of a host means to VMs, of a deployment or of one VM. */
public final class ProtectionReader {
    private static final String SERVERS = "[A-Za-z0-9.:-]+(,[A-Za-z0-9.:-]+)*";
    private static final String ROOT = "(/[A-Za-z0-9._-]+)+";

    private ProtectionReader() {}

    /** The keys {@code durability}, {@code onHostLoss} and {@code checkpointEvery}; empty where none of them is there. */
    public static Optional<Protection> read(Mapping keys) {
        Optional<Durability> durability = keys.optional("durability").map(node -> node.parsed(Durability::parse));
        Optional<Node> loss = keys.optional("onHostLoss");
        Optional<Node> every = keys.optional("checkpointEvery");
        if (durability.isEmpty() && loss.isEmpty() && every.isEmpty()) {
            return Optional.empty();
        }
        Durability disk = durability.orElse(Durability.LOCAL);
        Protection protection = loss.isEmpty() ? Protection.of(disk) : onLoss(loss.get(), disk);
        return Optional.of(every.isEmpty() ? protection : withCheckpoints(protection, every.get()));
    }

    private static Protection onLoss(Node node, Durability disk) {
        OnHostLoss wanted = node.oneOf(OnHostLoss.class);
        return node.parsed(text -> new Protection(disk, wanted));
    }

    private static Protection withCheckpoints(Protection protection, Node every) {
        Duration between = every.duration();
        return every.parsed(text -> new Protection(protection.durability(), protection.onHostLoss(), between));
    }

    /** The key {@code ledgers}; where it is left out, hosts keep them if disks are replicated. */
    static LedgerHosts ledgers(Mapping top, Protection protection) {
        LedgerHosts byDefault = protection.durability() instanceof Durability.Replicated
                ? new LedgerHosts.Own()
                : new LedgerHosts.None();
        return top.optional("ledgers").map(ProtectionReader::ledgers).orElse(byDefault);
    }

    private static LedgerHosts ledgers(Node node) {
        return node.mapping(keys -> switch (keys.require("kept").oneOf(Kept.class)) {
            case NOWHERE -> new LedgerHosts.None();
            case ON_HOSTS -> new LedgerHosts.Own();
            case EXTERNALLY ->
                new LedgerHosts.External(
                        matching(keys.require("servers"), SERVERS, "zk-1:2181,zk-2:2181"),
                        matching(keys.require("root"), ROOT, "/ledgers"));
        });
    }

    private enum Kept {
        NOWHERE,
        ON_HOSTS,
        EXTERNALLY
    }

    private static String matching(Node node, String pattern, String example) {
        if (!node.string().matches(pattern)) {
            throw node.error("give something like " + example);
        }
        return node.string();
    }
}
