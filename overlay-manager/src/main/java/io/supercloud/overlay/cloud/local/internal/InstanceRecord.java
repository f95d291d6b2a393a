package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an account knows of one of its instances: {@code key=value} lines in the file {@code record}.
 *
 * @param deployment the one whose namespaces' names the instance shares
 * @param tags as the launch request gave them
 */
public record InstanceRecord(
        String id,
        String deployment,
        String name,
        String zone,
        int siteIndex,
        String instanceType,
        Ipv4 address,
        Map<String, String> tags) {
    private static final String FILE = "record";
    private static final String TAG = "tag.";

    /** The record of an instance of which only the namespace is left. */
    static InstanceRecord lost(String id, String deployment) {
        return new InstanceRecord(id, deployment, Instance.UNTAGGED.value(), "", 0, "", Instance.NO_ADDRESS, Map.of());
    }

    String namespace() {
        return Namespaces.instance(deployment, id);
    }

    InstanceRecord at(Ipv4 given) {
        return new InstanceRecord(id, deployment, name, zone, siteIndex, instanceType, given, tags);
    }

    /** Replaces the record in {@code directory}, whole or not at all. */
    void write(Path directory) throws IOException {
        StringBuilder text = new StringBuilder();
        fields().forEach((key, value) ->
                text.append(key).append('=').append(value).append('\n'));
        replace(directory.resolve(FILE), text.toString());
    }

    static void replace(Path file, String text) throws IOException {
        Path written = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".new");
        Files.writeString(written, text);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("deployment", deployment);
        fields.put("name", name);
        fields.put("zone", zone);
        fields.put("site", Integer.toString(siteIndex));
        fields.put("type", instanceType);
        fields.put("address", address.toString());
        tags.forEach((key, value) -> fields.put(TAG + key, value));
        return fields;
    }

    /** The record in {@code directory}; empty where there is none. */
    static Optional<InstanceRecord> read(Path directory) {
        Path file = directory.resolve(FILE);
        Map<String, String> fields = new LinkedHashMap<>();
        Map<String, String> tags = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                String key = line.substring(0, equals);
                boolean tag = key.startsWith(TAG);
                (tag ? tags : fields).put(tag ? key.substring(TAG.length()) : key, line.substring(equals + 1));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CloudException("the record %s cannot be read".formatted(file), e);
        }
        return Optional.of(new InstanceRecord(
                fields.get("id"),
                fields.get("deployment"),
                fields.get("name"),
                fields.get("zone"),
                Integer.parseInt(fields.get("site")),
                fields.get("type"),
                Ipv4.parse(fields.get("address")),
                tags));
    }
}
