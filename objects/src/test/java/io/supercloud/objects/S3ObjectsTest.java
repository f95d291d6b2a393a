package io.supercloud.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.image.KeyReference;
import io.supercloud.image.object.ObjectStore;
import io.supercloud.image.object.ObjectStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real server, over HTTP. */
class S3ObjectsTest extends ObjectStoreContract {
    @TempDir
    static Path folder;

    private static S3Server server;

    private JcloudsObjects store;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException {
        store = new JcloudsObjects(server.settings());
        for (String key : store.list("")) {
            store.delete(key);
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected ObjectStore store() {
        return store;
    }

    @Test
    void anotherHostReadsWhatWasPut() throws IOException {
        store.put("a", ByteBuffer.wrap(new byte[] {1, 2, 3}));
        try (ObjectStore other = new JcloudsObjects(server.settings())) {
            assertThat(other.get("a")).contains(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
    }

    @Test
    void anUnknownIdentityAndAContainerThatIsNotThereAreToldByName() throws IOException {
        ObjectSettings right = server.settings();
        Path wrong = Files.writeString(folder.resolve("wrong"), "GUESSED:S3RVER");
        KeyReference credential = new KeyReference("file:" + wrong.toAbsolutePath());
        try (ObjectStore refused = new JcloudsObjects(
                new ObjectSettings(right.provider(), right.endpoint(), "", right.container(), credential))) {
            assertThatThrownBy(() -> refused.put("a", ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(credential.text());
        }
        try (ObjectStore missing = new JcloudsObjects(
                new ObjectSettings(right.provider(), right.endpoint(), "", "elsewhere", right.credential()))) {
            assertThatThrownBy(() -> missing.put("a", ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("elsewhere");
        }
    }

    @Test
    void aServerThatIsAwayIsAnErrorWithinABound() throws IOException {
        ObjectSettings right = server.settings();
        try (ObjectStore away = new JcloudsObjects(new ObjectSettings(
                right.provider(), "http://127.0.0.1:9", "", right.container(), right.credential()))) {
            assertThatThrownBy(() -> away.get("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:9");
        }
    }
}
