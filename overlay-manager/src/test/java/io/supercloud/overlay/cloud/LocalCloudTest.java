package io.supercloud.overlay.cloud;

import io.supercloud.overlay.cloud.local.LocalClouds;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class LocalCloudTest extends CloudContract {
    @TempDir
    Path directory;

    private Lab lab;
    private Cloud cloud;

    @BeforeEach
    void open() {
        lab = new Lab(directory);
        cloud = LocalClouds.open(lab.account("local", 2));
    }

    @AfterEach
    void close() {
        lab.close();
        cloud.close();
    }

    @Override
    Cloud cloud() {
        return cloud;
    }

    @Override
    String deployment() {
        return lab.deployment;
    }
}
