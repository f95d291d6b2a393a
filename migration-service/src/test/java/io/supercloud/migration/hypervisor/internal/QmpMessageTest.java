package io.supercloud.migration.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.internal.QmpMessage.Failure;
import io.supercloud.migration.hypervisor.internal.QmpMessage.Greeting;
import io.supercloud.migration.hypervisor.internal.QmpMessage.Happened;
import io.supercloud.migration.hypervisor.internal.QmpMessage.Return;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QmpMessageTest {
    private static final long SEED = 20_260_719;
    private static final int FUZZED = 5_000;

    /** As QEMU 10 sends them. */
    private static final List<String> REAL = List.of(
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 0, \"major\": 10}, \"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}",
            "{\"return\": {}, \"id\": 1}",
            "{\"return\": {\"status\": \"running\", \"running\": true}, \"id\": 7}",
            "{\"id\": 8, \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command is not known\"}}",
            "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"MIGRATION\", \"data\": {\"status\": \"active\"}}",
            "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"STOP\"}");

    @Test
    void realMessagesAreRead() {
        assertThat(QmpMessage.parse(REAL.get(0))).isEqualTo(new Greeting(10, 0, 2));
        assertThat(QmpMessage.parse(REAL.get(1))).isInstanceOfSatisfying(Return.class, result -> {
            assertThat(result.id()).isEqualTo(1);
            assertThat(result.value().isEmpty()).isTrue();
        });
        assertThat(QmpMessage.parse(REAL.get(2)))
                .isInstanceOfSatisfying(
                        Return.class,
                        result -> assertThat(result.value().path("status").asString())
                                .isEqualTo("running"));
        assertThat(QmpMessage.parse(REAL.get(3)))
                .isEqualTo(new Failure(8, "CommandNotFound", "The command is not known"));
        assertThat(QmpMessage.parse(REAL.get(4))).isInstanceOfSatisfying(Happened.class, event -> {
            assertThat(event.event()).isEqualTo("MIGRATION");
            assertThat(event.data().path("status").asString()).isEqualTo("active");
        });
        assertThat(QmpMessage.parse(REAL.get(5)))
                .isInstanceOfSatisfying(
                        Happened.class, event -> assertThat(event.event()).isEqualTo("STOP"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "[]",
                "\"QMP\"",
                "{}",
                "{",
                "{\"return\": {}}",
                "{\"return\": {}, \"id\": \"1\"}",
                "{\"return\": {}, \"id\": 99999999999999999999999}",
                "{\"event\": 5}",
                "{\"QMP\": {}}",
                "{\"QMP\": {\"version\": {\"qemu\": {\"major\": \"10\", \"minor\": 0, \"micro\": 0}}}}",
                "{\"error\": [], \"id\": 99999999999999999999999}",
                "{\"error\": {\"class\": [], \"desc\": {}}, \"id\": \"x\"}"
            })
    void whatIsNoMessageIsRefusedOrRead(String line) {
        requireReadOrRefused(line, "given");
    }

    @Test
    void anAnswerWithoutAnIdIsRefused() {
        assertThatThrownBy(() -> QmpMessage.parse("{\"return\": {}}"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("unknown message");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        requireReadOrRefused("[".repeat(100_000), "deep");
        requireReadOrRefused("{\"a\":".repeat(100_000), "deep");
    }

    @Test
    void noGarbageDoesMoreThanBeRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < FUZZED; i++) {
            byte[] bytes = REAL.get(random.nextInt(REAL.size())).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(6); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            requireReadOrRefused(
                    new String(bytes, 0, length, StandardCharsets.UTF_8), "seed " + SEED + ", message " + i);
        }
    }

    private static void requireReadOrRefused(String line, String which) {
        try {
            assertThat(QmpMessage.parse(line)).isNotNull();
        } catch (MigrationException refused) {
            assertThat(refused.getMessage()).as(which).isNotBlank();
        } catch (RuntimeException e) {
            throw new AssertionError("%s: '%s' leads to %s".formatted(which, line, e), e);
        }
    }
}
