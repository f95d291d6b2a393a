package io.supercloud.overlay.sdn.internal.ovsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.overlay.sdn.OverlayException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class RpcReaderTest {
    private static final String ECHO = "{\"method\":\"echo\",\"params\":[\"x\"],\"id\":\"echo\"}";
    private static final String ANSWER = "{\"id\":3,\"result\":[{\"rows\":[]}],\"error\":null}";

    private static RpcReader reader(String text) {
        return new RpcReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> reader(text).read()).as(text).isInstanceOf(OverlayException.Malformed.class);
    }

    @Test
    void messagesFollowEachOtherWithoutDelimiters() {
        RpcReader reader = reader(ECHO + ANSWER + " \n" + ECHO);
        assertThat(reader.read()).get().isInstanceOf(RpcMessage.Request.class);
        assertThat(reader.read()).get().isInstanceOf(RpcMessage.Response.class);
        assertThat(reader.read()).get().isInstanceOf(RpcMessage.Request.class);
        assertThat(reader.read()).isEmpty();
    }

    @Test
    void messagesSurviveTheWire() {
        for (String text : new String[] {ECHO, ANSWER}) {
            RpcMessage message = reader(text).read().orElseThrow();
            assertThat(reader(message.toJson().toString()).read()).contains(message);
        }
    }

    /** The server sends nothing more until it is asked again. */
    @Test
    @Timeout(20)
    void aMessageIsTakenBeforeTheNextOneComes() throws Exception {
        try (PipedInputStream input = new PipedInputStream();
                PipedOutputStream output = new PipedOutputStream(input)) {
            output.write(ANSWER.getBytes(StandardCharsets.UTF_8));
            output.flush();
            assertThat(new RpcReader(input).read()).isPresent();
        }
    }

    @Test
    void whatIsNoMessageIsRefused() {
        assertRefused("[]");
        assertRefused("7");
        assertRefused("{}");
        assertRefused("{\"id\":1");
        assertRefused("{\"id\":1,\"id\":2,\"result\":[],\"error\":null}");
        assertRefused("{\"id\":null,\"result\":[],\"error\":null}");
        assertRefused("{\"id\":1,\"result\":[],\"error\":\"both\"}");
        assertRefused("{\"method\":7,\"params\":[],\"id\":1}");
        assertRefused("{\"method\":\"echo\",\"params\":{},\"id\":1}");
        assertRefused("{\"id\":1,\"result\":" + "[".repeat(100) + "]".repeat(100) + ",\"error\":null}");
    }

    @Test
    void anEndlessMessageIsRefused() {
        byte[] spaces = new byte[RpcReader.MAX_MESSAGE_BYTES + 100_000];
        Arrays.fill(spaces, (byte) ' ');
        spaces[0] = '{';
        InputStream endless = new ByteArrayInputStream(spaces);
        assertThatThrownBy(() -> new RpcReader(endless).read())
                .isInstanceOf(OverlayException.Malformed.class)
                .hasStackTraceContaining("longer than");
    }

    @Test
    void randomDamageIsRefusedOrUnderstood() {
        long seed = 7047;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? ECHO : ANSWER);
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
                text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(96)));
            }
            try {
                Optional<RpcMessage> message = reader(text.toString()).read();
                if (message.isPresent()) {
                    assertThat(reader(message.get().toJson().toString()).read())
                            .as("seed %d, round %d: %s", seed, round, text)
                            .isEqualTo(message);
                }
            } catch (OverlayException.Malformed refused) {
                assertThat(refused).hasMessageContaining("database");
            }
        }
    }
}
