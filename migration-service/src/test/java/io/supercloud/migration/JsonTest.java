package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Owner;
import io.supercloud.migration.HostCall.MoveOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final long SEED = 42;
    private static final int FUZZED = 2_000;

    @Test
    void idsAndAddressesAreText() {
        assertThat(Json.text(Samples.BEFORE)).isEqualTo("{\"host\":\"east\",\"epoch\":3}");
        assertThat(Json.text(Samples.spec()))
                .contains("\"id\":\"web\"", "\"address\":\"10.42.0.5\"", "\"mac\":\"52:54:0a:2a:00:05\"");
    }

    @Test
    void recordsComeBackAsTheyWere() {
        assertThat(Json.read("a test", Json.write(Samples.order("m1")), MoveOrder.class))
                .isEqualTo(Samples.order("m1"));
        MoveRecord move = Samples.move("m1", new MoveState.Planned(), 7);
        assertThat(Json.read("a test", Json.write(move), MoveRecord.class)).isEqualTo(move);
        PortRecord port = Samples.port().moving(Samples.EAST, Samples.WEST);
        assertThat(Json.read("a test", Json.write(port), PortRecord.class)).isEqualTo(port);
        assertThat(Json.read("a test", Json.write(Samples.port()), PortRecord.class))
                .isEqualTo(Samples.port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "{\"host\":\"east\"}",
                "{\"host\":\"east\",\"epoch\":null}",
                "{\"host\":\"east\",\"epoch\":0}",
                "{\"host\":\"east\",\"epoch\":99999999999999999999}",
                "{\"host\":\"EAST!\",\"epoch\":1}",
                "{\"host\":7,\"epoch\":1}",
                "{\"host\":null,\"epoch\":1}",
                "{\"host\":{},\"epoch\":1}",
                "{\"host\":[\"east\"],\"epoch\":1}",
                "{\"host\":\"east\",\"epoch\":1,\"added\":2}"
            })
    void whatIsNoOwnerIsRefusedAndItsPlaceNamed(String json) {
        assertThatThrownBy(() -> Json.read("/owners/web", json.getBytes(StandardCharsets.UTF_8), Owner.class))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("/owners/web");
    }

    @Test
    void garbageIsRefusedOrRead() {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] good = Json.write(Samples.move("m1", new MoveState.Warmed(1), 7));
        for (int i = 0; i < FUZZED; i++) {
            byte[] bad = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Json.read("/moves/m1", bad, MoveRecord.class)).isNotNull();
            } catch (MigrationException refused) {
                assertThat(refused).hasMessageContaining("/moves/m1");
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "seed %d, input %d: %s".formatted(SEED, i, new String(bad, StandardCharsets.UTF_8)), e);
            }
        }
    }
}
