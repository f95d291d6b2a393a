package io.supercloud.app.config;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.image.KeyReference;
import io.supercloud.migration.Json;
import io.supercloud.objects.ObjectSettings;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import io.supercloud.settings.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads where the object stores of sites are; and what of it an agent is told, in one variable of its environment. */
public final class ObjectsReader {
    private static final String PROVIDER = "provider";
    private static final String PATH = "path";
    private static final String ENDPOINT = "endpoint";
    private static final String REGION = "region";
    private static final String CONTAINER = "container";
    private static final String CREDENTIAL = "credential";

    private static final String DIRECTORY = "directory";
    /** Without quotes and spaces, so that it fits into the variable. */
    private static final String PLAIN = "[A-Za-z0-9:/._@%+-]+";

    private ObjectsReader() {}

    /** The key {@code objects}, of the deployment or of a site; empty where it is not there. */
    static Optional<SiteObjects> read(Mapping keys) {
        return keys.optional("objects").map(node -> node.mapping(ObjectsReader::store));
    }

    private static SiteObjects store(Mapping keys) {
        Node provider = keys.require(PROVIDER);
        if (provider.string().equals(DIRECTORY)) {
            return keys.require(PATH).parsed(path -> new SiteObjects.Directory(directory(path)));
        }
        ObjectSettings.Provider kind = provider.oneOf(ObjectSettings.Provider.class);
        String endpoint = keys.optional(ENDPOINT).map(Node::string).orElse("");
        String region = keys.optional(REGION).map(Node::string).orElse("");
        KeyReference credential = keys.require(CREDENTIAL).parsed(text -> new KeyReference(plain(text)));
        return keys.require(CONTAINER)
                .parsed(container ->
                        new SiteObjects.Cloud(new ObjectSettings(kind, endpoint, region, container, credential)));
    }

    private static Path directory(String path) {
        if (!path.startsWith("/")) {
            throw new InvalidValueException("'%s' is no absolute path of a directory".formatted(path));
        }
        return Path.of(plain(path));
    }

    private static String plain(String text) {
        if (!text.matches(PLAIN)) {
            throw new InvalidValueException("'%s' may have letters, digits and : / . _ @ %% + - alone".formatted(text));
        }
        return text;
    }

    /** The stores as one line of JSON, which {@link #parse} reads as it reads the configuration. */
    public static String text(Map<SiteId, SiteObjects> stores) {
        Map<String, Map<String, String>> sites = new TreeMap<>();
        stores.forEach((site, store) -> {
            Map<String, String> given = new TreeMap<>(keys(store));
            given.values().removeIf(String::isEmpty);
            sites.put(site.value(), given);
        });
        return Json.text(sites);
    }

    /** Empty where the configuration leaves a key out. */
    private static Map<String, String> keys(SiteObjects store) {
        return switch (store) {
            case SiteObjects.Directory(Path path) -> Map.of(PROVIDER, DIRECTORY, PATH, path.toString());
            case SiteObjects.Cloud(ObjectSettings settings) ->
                Map.of(
                        PROVIDER,
                        Node.written(settings.provider()),
                        ENDPOINT,
                        settings.endpoint(),
                        REGION,
                        settings.region(),
                        CONTAINER,
                        settings.container(),
                        CREDENTIAL,
                        settings.credential().text());
        };
    }

    public static Map<SiteId, SiteObjects> parse(String text) {
        Map<SiteId, SiteObjects> stores = new LinkedHashMap<>();
        Settings.parse("the object stores", text)
                .map(item -> item.mapping(ObjectsReader::store))
                .forEach((site, store) -> stores.put(new SiteId(site), store));
        return stores;
    }
}
