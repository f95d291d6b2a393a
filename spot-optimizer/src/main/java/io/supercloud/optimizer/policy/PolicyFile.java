package io.supercloud.optimizer.policy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.OptimizerException;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import io.supercloud.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The policies of a slice: what holds for all of its VMs, and below {@code vms} what some have of their own. A value that a
 * VM's part leaves out is the slice's, and one that the slice leaves out is that of the built-in policy.
 */
public final class PolicyFile {
    private static final String DEFAULT = "default-policy.yaml";
    private static final PolicyFile STANDARD = builtIn();

    private final Values slice;
    private final Map<VmId, Values> vms;

    private PolicyFile(Values slice, Map<VmId, Values> vms) {
        this.slice = slice;
        this.vms = vms;
    }

    /**
     * A value and where it comes from.
     *
     * @param value as JSON; empty where nothing is set
     * @param from {@code file:line:column}, or that it is built in
     */
    public record Origin(String key, String value, String from, String means) {}

    /** The policy that comes with Supercloud. */
    public static PolicyFile standard() {
        return STANDARD;
    }

    private static PolicyFile builtIn() {
        try (InputStream in = PolicyFile.class.getResourceAsStream(DEFAULT)) {
            Node node = Settings.parse("built in", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return new PolicyFile(node.mapping(top -> Values.read(top, _ -> true)), Map.of());
        } catch (IOException e) {
            throw new OptimizerException("the policy that comes with Supercloud cannot be read", e);
        }
    }

    /**
     * Reads a file; blocks while it is read.
     *
     * @throws io.supercloud.settings.SettingsException with file, line and the nearest known key, where it is wrong
     */
    public static PolicyFile read(Path file) {
        return read(Settings.read(file));
    }

    /** As {@link #read(Path)}, from settings that are already parsed. */
    public static PolicyFile read(Node node) {
        PolicyFile file = node.mapping(top -> {
            top.require(Keys.NAME.path());
            Values own = Values.read(top, _ -> true);
            return new PolicyFile(own.over(STANDARD.slice), vms(top));
        });
        file.slice();
        file.vms.keySet().forEach(file::of);
        return file;
    }

    private static Map<VmId, Values> vms(Mapping top) {
        Map<VmId, Values> vms = new LinkedHashMap<>();
        top.optional(Keys.VMS)
                .ifPresent(node -> node.map(each -> each).forEach((name, each) -> {
                    vms.put(
                            named(name, each),
                            each.mapping(keys -> Values.read(keys, key -> key.scope() == Key.Scope.VM)));
                }));
        return vms;
    }

    private static VmId named(String name, Node node) {
        try {
            return new VmId(name);
        } catch (InvalidValueException e) {
            throw node.error(e.getMessage());
        }
    }

    /** What holds for a VM that has nothing of its own. */
    public Policy slice() {
        return Policies.of(slice);
    }

    /** What holds for {@code vm}. */
    public Policy of(VmId vm) {
        return Policies.of(effective(vm));
    }

    /** The VMs that have something of their own. */
    public Set<VmId> vms() {
        return Set.copyOf(vms.keySet());
    }

    /** Each key with the value that holds for {@code vm}, or for the slice, and where it comes from. */
    public List<Origin> origins(Optional<VmId> vm) {
        Values values = vm.map(this::effective).orElse(slice);
        List<Origin> origins = new ArrayList<>();
        for (Key<?> key : Keys.all()) {
            origins.add(new Origin(
                    key.path(),
                    values.written(key).map(PolicySchema::json).orElse(""),
                    values.origin(key).map(PolicyFile::withoutPlace).orElse("not set"),
                    key.means()));
        }
        return origins;
    }

    /** Nobody can open the file that is built in, so its lines are not told. */
    private static String withoutPlace(String origin) {
        return origin.startsWith("built in:") ? "built in" : origin;
    }

    private Values effective(VmId vm) {
        return Optional.ofNullable(vms.get(vm)).map(own -> own.over(slice)).orElse(slice);
    }
}
