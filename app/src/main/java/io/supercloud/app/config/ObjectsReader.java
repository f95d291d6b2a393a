package io.supercloud.app.config;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.image.KeyReference;
import io.supercloud.objects.ObjectSettings;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads where the object stores of sites are; and what of it an agent is told, in one variable of its environment. */
public final class ObjectsReader {
    private static final String DIRECTORY = "directory";
    /** Without quotes, spaces and what separates fields, so that it fits into the variable. */
    private static final String PLAIN = "[A-Za-z0-9:/._@%+-]+";

    private static final String SITE_END = "=";
    private static final String STORE_END = ";";
    private static final String FIELD_END = "|";
    private static final int CLOUD_FIELDS = 5;

    private ObjectsReader() {}

    /** The key {@code objects}, of the deployment or of a site; empty where it is not there. */
    static Optional<SiteObjects> read(Mapping keys) {
        return keys.optional("objects").map(node -> node.mapping(ObjectsReader::store));
    }

    private static SiteObjects store(Mapping keys) {
        Node provider = keys.require("provider");
        if (provider.string().equals(DIRECTORY)) {
            return keys.require("path").parsed(path -> new SiteObjects.Directory(directory(path)));
        }
        ObjectSettings.Provider kind = provider.oneOf(ObjectSettings.Provider.class);
        String endpoint = keys.optional("endpoint").map(Node::string).orElse("");
        String region = keys.optional("region").map(Node::string).orElse("");
        KeyReference credential = keys.require("credential").parsed(text -> new KeyReference(plain(text)));
        return keys.require("container")
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

    /** The stores as one line, which {@link #parse} reads. */
    public static String text(Map<SiteId, SiteObjects> stores) {
        StringBuilder text = new StringBuilder();
        stores.forEach((site, store) ->
                text.append(site).append(SITE_END).append(text(store)).append(STORE_END));
        return text.toString();
    }

    private static String text(SiteObjects store) {
        return switch (store) {
            case SiteObjects.Directory(Path path) -> DIRECTORY + FIELD_END + path;
            case SiteObjects.Cloud(ObjectSettings settings) ->
                String.join(
                        FIELD_END,
                        settings.provider().name(),
                        settings.endpoint(),
                        settings.region(),
                        settings.container(),
                        settings.credential().text());
        };
    }

    public static Map<SiteId, SiteObjects> parse(String text) {
        Map<SiteId, SiteObjects> stores = new LinkedHashMap<>();
        for (String each : text.split(STORE_END)) {
            if (!each.isEmpty()) {
                int end = each.indexOf(SITE_END);
                if (end < 0) {
                    throw new InvalidValueException("'%s' is no object store of a site".formatted(each));
                }
                stores.put(new SiteId(each.substring(0, end)), store(each.substring(end + 1)));
            }
        }
        return stores;
    }

    private static SiteObjects store(String text) {
        String[] fields = text.split("\\|", -1);
        if (fields.length == 2 && fields[0].equals(DIRECTORY)) {
            return new SiteObjects.Directory(directory(fields[1]));
        }
        if (fields.length != CLOUD_FIELDS) {
            throw new InvalidValueException("'%s' is no object store".formatted(text));
        }
        return new SiteObjects.Cloud(
                new ObjectSettings(provider(fields[0]), fields[1], fields[2], fields[3], new KeyReference(fields[4])));
    }

    private static ObjectSettings.Provider provider(String name) {
        for (ObjectSettings.Provider provider : ObjectSettings.Provider.values()) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new InvalidValueException("'%s' provides no object stores".formatted(name));
    }
}
