package io.supercloud.app.config;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.object.DirectoryObjects;
import io.supercloud.image.object.ObjectStore;
import io.supercloud.objects.JcloudsObjects;
import io.supercloud.objects.ObjectSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The object store of a site: where what is cold of its disks is kept. */
public sealed interface SiteObjects {
    /** One that is used from now on; nothing is connected to yet. */
    ObjectStore open();

    /**
     * What hosts are given in their environment to use it: the credential, where a variable of this process holds it. Throws
     * {@link InvalidValueException} where none does.
     */
    Map<String, String> environment();

    /** A directory that all hosts have, such as one on a file server. */
    record Directory(Path path) implements SiteObjects {
        @Override
        public ObjectStore open() {
            return new DirectoryObjects(path);
        }

        @Override
        public Map<String, String> environment() {
            return Map.of();
        }
    }

    /** A container in a cloud's object store. */
    record Cloud(ObjectSettings settings) implements SiteObjects {
        @Override
        public ObjectStore open() {
            return new JcloudsObjects(settings);
        }

        @Override
        public Map<String, String> environment() {
            return settings.credential().variable().map(this::held).orElseGet(Map::of);
        }

        private Map<String, String> held(String variable) {
            try {
                return Map.of(variable, settings.credential().credential());
            } catch (IOException e) {
                throw new InvalidValueException(
                        "hosts cannot be given the credential of %s: %s".formatted(settings, e.getMessage()));
            }
        }
    }
}
