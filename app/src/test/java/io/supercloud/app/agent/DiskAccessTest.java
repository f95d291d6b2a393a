package io.supercloud.app.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.Identity;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.Role;
import io.supercloud.image.ImageStore;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.NbdListener;
import io.supercloud.image.Volume;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a host's disks over TLS, with the clients that people use and certificates of a real authority. */
class DiskAccessTest {
    private static final int DISK_BYTES = 4 << 20;
    private static final long CLIENT_TIMEOUT_SECONDS = 60;
    private static final int GREETING_BYTES = 18;
    private static final int OPTION_GO = 7;
    private static final int TLS_REQUIRED = 0x80000005;

    @TempDir
    Path folder;

    private final byte[] content = new byte[DISK_BYTES / 2];
    private final InMemoryVolumePool pool = new InMemoryVolumePool();
    private CertificateAuthority authority;
    private NbdListener listener;

    @BeforeEach
    void listen() {
        authority = CertificateAuthority.create(folder.resolve("authority"), "test");
        new SplittableRandom(4).nextBytes(content);
        for (String name : new String[] {"web", "web.before.disk"}) {
            Volume volume = pool.create(name, ImageStore.BLANK, DISK_BYTES, 1);
            volume.write(0, ByteBuffer.wrap(content), false);
        }
        listener = DiskAccess.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), identity(Role.AGENT, "host-east"), pool);
    }

    @AfterEach
    void close() {
        listener.close();
        pool.close();
    }

    @Test
    void nbdinfoListsAllDisksToWhoHasACertificate() throws Exception {
        String certificates = certificates(Role.CLIENT, "backup");
        assertThat(run(0, "nbdinfo", "--list", uri("", certificates)))
                .contains("with TLS")
                .contains("export=\"web\"")
                .contains("export=\"web.before.disk\"")
                .contains("is_read_only: true");
    }

    @Test
    void nbdcopyAndQemuGetTheWholeDisk() throws Exception {
        String certificates = certificates(Role.MANAGER, "manager");
        Path copy = folder.resolve("copy");
        run(0, "nbdcopy", uri("web", certificates), copy.toString());
        assertThat(Files.size(copy)).isEqualTo(DISK_BYTES);
        assertThat(ByteBuffer.wrap(Files.readAllBytes(copy)).slice(0, content.length))
                .isEqualTo(ByteBuffer.wrap(content));
        String compared = run(
                0,
                "qemu-img",
                "compare",
                "--object",
                "tls-creds-x509,id=tls0,endpoint=client,sanity-check=off,dir=" + certificates,
                "--image-opts",
                "driver=raw,file.driver=file,file.filename=" + copy,
                "driver=raw,file.driver=nbd,file.server.type=inet,file.server.host=127.0.0.1,file.server.port=%d,file.export=web,file.tls-creds=tls0"
                        .formatted(listener.address().getPort()));
        assertThat(compared).contains("Images are identical");
    }

    @Test
    void nobodyCanWrite() throws Exception {
        String certificates = certificates(Role.CLIENT, "backup");
        Path zeroes = Files.write(folder.resolve("zeroes"), new byte[DISK_BYTES]);
        assertThat(run(1, "nbdcopy", zeroes.toString(), uri("web", certificates)))
                .containsIgnoringCase("read-only");
        assertThat(readBack(content.length)).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void anotherAgentOrAnotherDeploymentReadsNothing() throws Exception {
        assertThat(run(1, "nbdinfo", uri("web", certificates(Role.AGENT, "host-west"))))
                .doesNotContain("export-size");
        CertificateAuthority others = CertificateAuthority.create(folder.resolve("others"), "test");
        Path strangers = folder.resolve("strangers");
        others.newIdentity(new PeerIdentity(Role.CLIENT, "backup"), Duration.ofDays(1))
                .storeForStreams(strangers);
        assertThat(run(1, "nbdinfo", uri("web", strangers.toString()))).doesNotContain("export-size");
    }

    @Test
    void withoutTlsNotEvenNamesAreTold() throws IOException {
        try (Socket client =
                new Socket(listener.address().getAddress(), listener.address().getPort())) {
            client.getInputStream().readNBytes(GREETING_BYTES);
            byte[] go = ByteBuffer.allocate(29)
                    .putInt(3)
                    .putLong(0x49484156454F5054L)
                    .putInt(OPTION_GO)
                    .putInt(9)
                    .putInt(3)
                    .put("web".getBytes(StandardCharsets.US_ASCII))
                    .putShort((short) 0)
                    .array();
            client.getOutputStream().write(go);
            ByteBuffer reply = ByteBuffer.wrap(client.getInputStream().readNBytes(20));
            assertThat(reply.getInt(12)).isEqualTo(TLS_REQUIRED);
        }
    }

    @Test
    void wordsInTheClearBehindTheWishForTlsEndTheConnection() throws IOException {
        try (Socket client =
                new Socket(listener.address().getAddress(), listener.address().getPort())) {
            client.getInputStream().readNBytes(GREETING_BYTES);
            byte[] smuggled = ByteBuffer.allocate(36)
                    .putInt(3)
                    .putLong(0x49484156454F5054L)
                    .putInt(5)
                    .putInt(0)
                    .putLong(0x49484156454F5054L)
                    .putInt(3)
                    .putInt(0)
                    .array();
            client.getOutputStream().write(smuggled);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (IOException hungUp) {
            assertThat(hungUp).hasMessageContaining("reset");
        }
    }

    private ByteBuffer readBack(int length) {
        ByteBuffer back = ByteBuffer.allocate(length);
        pool.find("web").orElseThrow().read(0, back);
        return back.flip();
    }

    private Identity identity(Role role, String name) {
        return authority.newIdentity(new PeerIdentity(role, name), Duration.ofDays(1), "127.0.0.1");
    }

    private String certificates(Role role, String name) {
        Path directory = folder.resolve("certificates-" + name);
        identity(role, name).storeForStreams(directory);
        return directory.toString();
    }

    private String uri(String export, String certificates) {
        return "nbds://127.0.0.1:%d/%s?tls-certificates=%s"
                .formatted(listener.address().getPort(), export, certificates);
    }

    private String run(int expected, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .directory(folder.toFile())
                .start();
        try {
            assertThat(process.waitFor(CLIENT_TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends", command[0])
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isEqualTo(expected);
        return text;
    }
}
