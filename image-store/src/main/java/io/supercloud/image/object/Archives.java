package io.supercloud.image.object;

import io.supercloud.core.SiteId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The object stores of all sites, as a host of one of them sees them.
 *
 * @param here the site whose store this host writes to
 * @param stores one for each site that has one
 */
public record Archives(SiteId here, Map<SiteId, ObjectStore> stores) implements AutoCloseable {
    public Archives {
        stores = Map.copyOf(stores);
        if (!stores.containsKey(here)) {
            throw new IllegalArgumentException("site %s has no object store".formatted(here));
        }
    }

    public ObjectStore own() {
        return stores.get(here);
    }

    /** All of them, this host's own at the front. */
    public List<ObjectStore> ownFirst() {
        return Stream.concat(
                        Stream.of(own()),
                        stores.entrySet().stream()
                                .filter(entry -> !entry.getKey().equals(here))
                                .map(Map.Entry::getValue))
                .toList();
    }

    /** The store of a site; throws where this host knows none. */
    public ObjectStore at(SiteId site) throws IOException {
        ObjectStore store = stores.get(site);
        if (store == null) {
            throw new IOException("this host knows no object store of site %s: configure it".formatted(site));
        }
        return store;
    }

    @Override
    public void close() {
        stores.values().forEach(ObjectStore::close);
    }
}
