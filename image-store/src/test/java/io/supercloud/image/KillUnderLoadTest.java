package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server that is killed (SIGKILL) while fio writes to one half of its disk and a client that remembers to the other. */
@Execution(ExecutionMode.CONCURRENT)
class KillUnderLoadTest {
    private static final int KILLS = 20;
    private static final long HALF = 64L * 1024 * 1024;
    private static final int REMEMBERED_BLOCKS = 4_096;
    private static final long MIN_LOAD_BYTES = 1024 * 1024;
    private static final int MIN_WRITES = 200;
    private static final int MAX_WRITES = 4_000;
    private static final int WRITE = 1;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(31);
    /** By block: the seed of its last acknowledged content. */
    private final Map<Integer, Integer> acknowledged = new HashMap<>();

    private int pendingBlock = -1;
    private int pendingSeed;

    @Test
    void aServerThatIsKilledUnderLoadLosesNoAcknowledgedWrite() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Path socket = folder.resolve("nbd" + kill);
            Process server = server(socket);
            Process load = null;
            try {
                await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(socket));
                load = fio(socket);
                awaitLoad(server);
                write(socket, random.nextInt(MIN_WRITES, MAX_WRITES));
            } finally {
                server.destroyForcibly().waitFor();
                if (load != null) {
                    load.waitFor();
                }
            }
            verify("kill " + kill);
        }
    }

    private Process server(Path socket) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildServer.class.getName(),
                        folder.resolve("images").toString(),
                        folder.resolve("pool").toString(),
                        socket.toString(),
                        Long.toString(2 * HALF))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Ends with an error when its server is killed. */
    private Process fio(Path socket) throws IOException {
        List<String> line = new ArrayList<>(List.of("fio", "--name=load", "--ioengine=nbd"));
        line.addAll(List.of("--uri=nbd+unix:///disk?socket=" + socket, "--rw=randwrite", "--bsrange=4k-256k"));
        line.addAll(List.of("--iodepth=16", "--size=" + HALF, "--io_size=100g", "--fsync=500"));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("fio.log").toFile())
                .directory(folder.toFile())
                .start();
    }

    private static void awaitLoad(Process server) {
        BufferedReader said = server.inputReader();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            server.outputWriter().append('?').flush();
            return Long.parseLong(said.readLine()) > MIN_LOAD_BYTES;
        });
    }

    private void write(Path socket, int count) throws IOException {
        try (RawNbdClient client = RawNbdClient.transmission(socket)) {
            for (int i = 0; i < count; i++) {
                pendingBlock = random.nextInt(REMEMBERED_BLOCKS);
                pendingSeed = random.nextInt();
                client.send(RawNbdClient.request(WRITE, i, HALF + (long) pendingBlock * BLOCK, BLOCK));
                client.send(ByteBuffer.wrap(Rig.bytes(BLOCK, pendingSeed)));
                if (i + 1 < count) {
                    assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getInt(4))
                            .isZero();
                    acknowledged.put(pendingBlock, pendingSeed);
                }
            }
        }
    }

    private void verify(String what) {
        try (LocalVolumePool pool =
                new LocalVolumePool(folder.resolve("pool"), new ImageStore(folder.resolve("images")))) {
            Volume volume = pool.open(ChildServer.DISK, 1);
            assertThat(Rig.read(volume, 0, (int) HALF)).as(what).hasSize((int) HALF);
            acknowledged.forEach((block, seed) -> {
                byte[] found = Rig.read(volume, HALF + (long) block * BLOCK, BLOCK);
                assertThat(found)
                        .as("%s, block %d", what, block)
                        .satisfiesAnyOf(content -> assertThat(content).isEqualTo(Rig.bytes(BLOCK, seed)), content -> {
                            assertThat(block).isEqualTo(pendingBlock);
                            assertThat(content).isEqualTo(Rig.bytes(BLOCK, pendingSeed));
                        });
            });
            byte[] last = Rig.read(volume, HALF + (long) pendingBlock * BLOCK, BLOCK);
            if (Arrays.equals(last, Rig.bytes(BLOCK, pendingSeed))) {
                acknowledged.put(pendingBlock, pendingSeed);
            }
        }
    }
}
