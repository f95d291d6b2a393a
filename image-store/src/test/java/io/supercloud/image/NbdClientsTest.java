package io.supercloud.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.ImageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that people use, against the real server over a real volume. */
class NbdClientsTest {
    private static final long SIZE = 32L * 1024 * 1024;
    private static final long CLIENT_TIMEOUT_SECONDS = 60;

    @TempDir
    Path folder;

    private final byte[] image = Rig.image();
    private final NbdServer server = new NbdServer();
    private LocalVolumePool pool;
    private Volume volume;
    private NbdExport export;
    private String uri;

    @BeforeEach
    void open() {
        pool = new LocalVolumePool(folder.resolve("pool"), Rig.store(folder, image));
        volume = pool.create("disk", new ImageId("base"), SIZE, 1);
        export = server.export("disk", folder.resolve("nbd"), volume);
        uri = "nbd+unix:///disk?socket=" + export.socket();
    }

    @AfterEach
    void close() {
        export.close();
        server.close();
        pool.close();
    }

    @Test
    void nbdinfoSeesSizeFlagsAndHoles() throws Exception {
        assertThat(run("nbdinfo", uri))
                .contains("protocol: newstyle-fixed without TLS, using structured packets")
                .contains("export-size: " + SIZE)
                .contains("base:allocation")
                .contains("can_fua: true")
                .contains("can_multi_conn: true")
                .contains("can_fast_zero: true");
        assertThat(run("nbdinfo", "--map", uri)).contains("hole,zero").contains("data");
        assertThat(run("nbdinfo", "--list", "nbd+unix:///?socket=" + export.socket()))
                .contains("export=\"disk\"");
    }

    @Test
    void nbdcopyCopiesInAndOutOverSeveralConnections() throws Exception {
        Path in = Files.write(folder.resolve("in"), Rig.bytes((int) SIZE, 5));
        run("nbdcopy", "--flush", in.toString(), uri);
        Path out = folder.resolve("out");
        run("nbdcopy", uri, out.toString());
        assertThat(Files.mismatch(in, out)).isEqualTo(-1);
    }

    @Test
    void qemuReadsWritesZeroesDiscardsAndCompares() throws Exception {
        byte[] expected = Arrays.copyOf(image, (int) SIZE);
        Arrays.fill(expected, 10_000, 10_000 + 777, (byte) 0xab);
        Arrays.fill(expected, 1_000_448, 1_000_448 + 65_536, (byte) 0);
        Arrays.fill(expected, 65_536, 65_536 + 131_072, (byte) 0);
        String disk = "nbd:unix:" + export.socket() + ":exportname=disk";
        String answer = run(
                "qemu-io",
                "-f",
                "raw",
                "-t",
                "none",
                "-d",
                "unmap",
                "-c",
                "write -P 0xab 10000 777",
                "-c",
                "write -f -z 1000448 64k",
                "-c",
                "discard 64k 128k",
                "-c",
                "flush",
                "-c",
                "read -P 0xab 10000 777",
                disk);
        assertThat(answer).doesNotContain("failed").contains("read 777/777");
        Path raw = Files.write(folder.resolve("expected"), expected);
        assertThat(run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw.toString(), disk))
                .contains("Images are identical");
    }

    @Test
    void fioVerifiesWhatItWrote() throws Exception {
        if (!run("fio", "--enghelp").contains("nbd")) {
            return;
        }
        String answer = run(
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + uri,
                "--rw=randrw",
                "--bsrange=512-64k",
                "--iodepth=16",
                "--size=" + SIZE,
                "--io_size=" + SIZE,
                "--randseed=7",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--fsync=64",
                "--output-format=terse");
        assertThat(answer).contains(";verify;0;0;");
    }

    @Test
    void aLateClientOfAStaleOwnerCannotWrite() throws Exception {
        volume.seal();
        volume.retire();
        String disk = "nbd:unix:" + export.socket() + ":exportname=disk";
        assertThat(runAnyhow("qemu-io", "-f", "raw", "-t", "none", "-c", "write -P 1 0 4k", disk))
                .contains("Operation not permitted");
        assertThat(Rig.read(volume, 0, 4096)).isEqualTo(Arrays.copyOf(image, 4096));
    }

    private String run(String... command) throws IOException, InterruptedException {
        return run(true, command);
    }

    private String runAnyhow(String... command) throws IOException, InterruptedException {
        return run(false, command);
    }

    private String run(boolean mustSucceed, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .directory(folder.toFile())
                .start();
        try {
            assertThat(process.waitFor(CLIENT_TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends", List.of(command))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (mustSucceed) {
            assertThat(process.exitValue()).as(text).isZero();
        }
        return text;
    }
}
