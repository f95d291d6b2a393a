package io.supercloud.app.cli;

import io.supercloud.app.config.ConfigReader;
import io.supercloud.app.config.ProtectionReader;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.Protection;
import io.supercloud.migration.VmSpec;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import io.supercloud.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A VM as a YAML file describes it; every error names file, line and, for a wrong key, the nearest right one.
 *
 * @param diskBytes 0 for as large as the image
 * @param suspendAfter for how long nobody must have used it to be put to sleep, zero for never; empty for the deployment's
 * @param protection what the loss of its host means to it; empty for the deployment's
 * @param standby a copy of its disk that is kept elsewhere; empty for none
 * @param userData for cloud-init in the guest; empty for none
 */
record VmFile(
        VmId name,
        ImageId image,
        int memoryMiB,
        int vcpus,
        long diskBytes,
        Optional<SiteId> site,
        Optional<String> network,
        Optional<Ipv4> address,
        Optional<Duration> suspendAfter,
        String userData,
        Optional<Protection> protection,
        Optional<Standby> standby) {
    private static final long DEFAULT_MEMORY_MIB = 128;
    private static final int MIB_SHIFT = 20;

    static VmFile read(Path file) {
        return Settings.read(file)
                .mapping(keys -> new VmFile(
                        keys.require("name").parsed(VmId::new),
                        keys.require("image").parsed(ImageId::new),
                        keys.optional("memory").map(VmFile::memoryMiB).orElse((int) DEFAULT_MEMORY_MIB),
                        keys.optional("cpus")
                                .map(node -> (int) node.integer(1, VmSpec.MAX_VCPUS))
                                .orElse(1),
                        keys.optional("disk").map(Node::bytes).orElse(0L),
                        keys.optional("site").map(node -> node.parsed(SiteId::new)),
                        keys.optional("network").map(node -> node.name("network")),
                        keys.optional("address").map(node -> node.parsed(Ipv4::parse)),
                        keys.optional("idle").map(ConfigReader::suspendAfter),
                        userData(keys, file),
                        ProtectionReader.read(keys),
                        keys.optional("standby").map(VmFile::standby)));
    }

    /** Where a copy of its disk is kept, and how far behind that may be. */
    record Standby(SiteId site, Duration within) {}

    private static Standby standby(Node node) {
        return node.mapping(keys -> new Standby(
                keys.require("site").parsed(SiteId::new), keys.require("within").duration()));
    }

    private static int memoryMiB(Node node) {
        long mebibytes = node.bytes() >> MIB_SHIFT;
        if (mebibytes < VmSpec.MIN_MEMORY_MIB || mebibytes > VmSpec.MAX_MEMORY_MIB) {
            throw node.error("a VM has %d MiB to %d MiB".formatted(VmSpec.MIN_MEMORY_MIB, VmSpec.MAX_MEMORY_MIB));
        }
        return (int) mebibytes;
    }

    private static String userData(Mapping keys, Path file) {
        Optional<String> inline = keys.optional("userData").map(Node::string);
        Optional<Node> other = keys.optional("userDataFile");
        if (inline.isPresent() && other.isPresent()) {
            throw other.get().error("give userData or userDataFile, not both");
        }
        return inline.or(() -> other.map(node -> content(node, file))).orElse("");
    }

    /** A relative path counts from the folder of the file that names it. */
    private static String content(Node node, Path file) {
        Path data = file.resolveSibling(node.string());
        try {
            if (Files.size(data) > VmSpec.MAX_USER_DATA_BYTES) {
                throw node.error("%s has more than %d bytes".formatted(data, VmSpec.MAX_USER_DATA_BYTES));
            }
            return Files.readString(data);
        } catch (IOException e) {
            throw node.error("%s cannot be read: %s".formatted(data, e.getMessage()));
        }
    }
}
