package io.supercloud.image.object;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DirectoryObjectsTest extends ObjectStoreContract {
    @TempDir
    Path folder;

    @Override
    protected ObjectStore store() {
        return new DirectoryObjects(folder.resolve("objects"));
    }
}
