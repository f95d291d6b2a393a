package io.supercloud.app.config;

import io.supercloud.image.object.DirectoryObjects;
import io.supercloud.image.object.ObjectStore;
import io.supercloud.objects.JcloudsObjects;
import io.supercloud.objects.ObjectSettings;
import java.nio.file.Path;

/** The object store of a site: where what is cold of its disks is kept. */
public sealed interface SiteObjects {
    /** One that is used from now on; nothing is connected to yet. */
    ObjectStore open();

    /** A directory that all hosts have, such as one on a file server. */
    record Directory(Path path) implements SiteObjects {
        @Override
        public ObjectStore open() {
            return new DirectoryObjects(path);
        }
    }

    /** A container in a cloud's object store. */
    record Cloud(ObjectSettings settings) implements SiteObjects {
        @Override
        public ObjectStore open() {
            return new JcloudsObjects(settings);
        }
    }
}
