package io.supercloud.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Ipv4;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private enum Objective {
        COST,
        LOW_LATENCY
    }

    private static Node parse(String text) {
        return Settings.parse("demo.yaml", text);
    }

    private static Object value(String written, Function<Node, Object> reader) {
        return parse("key: " + written).mapping(keys -> reader.apply(keys.require("key")));
    }

    @Test
    void eachTypeIsReadAsWritten() {
        assertThat(value("some text", Node::string)).isEqualTo("some text");
        assertThat(value("'10'", Node::string)).isEqualTo("10");
        assertThat(value("web-1", node -> node.name("VM"))).isEqualTo("web-1");
        assertThat(value("-5", node -> node.integer(-5, 5))).isEqualTo(-5L);
        assertThat(value("0.25", node -> node.decimal(0, 1))).isEqualTo(0.25);
        assertThat(value("true", Node::bool)).isEqualTo(true);
        assertThat(value("90s", Node::duration)).isEqualTo(Duration.ofSeconds(90));
        assertThat(value("10ms", Node::duration)).isEqualTo(Duration.ofMillis(10));
        assertThat(value("2h", Node::duration)).isEqualTo(Duration.ofHours(2));
        assertThat(value("1d", Node::duration)).isEqualTo(Duration.ofDays(1));
        assertThat(value("512MiB", Node::bytes)).isEqualTo(512L << 20);
        assertThat(value("100Mbit", Node::bitsPerSecond)).isEqualTo(100_000_000L);
        assertThat(value("0.09", Node::money)).isEqualTo(0.09);
        assertThat(value("5%", Node::percent)).isEqualTo(0.05);
        assertThat(value("low-latency", node -> node.oneOf(Objective.class))).isEqualTo(Objective.LOW_LATENCY);
        assertThat(value("10.0.0.1", node -> node.parsed(Ipv4::parse))).isEqualTo(Ipv4.parse("10.0.0.1"));
    }

    @Test
    void listsAndMapsKeepTheirOrder() {
        assertThat(value("[3, 1, 2]", node -> node.list(item -> item.integer(0, 9))))
                .isEqualTo(List.of(3L, 1L, 2L));
        assertThat(parse("b: 1\na: 2\n").map(item -> item.integer(0, 9)))
                .isEqualTo(Map.of("b", 1L, "a", 2L))
                .containsOnlyKeys("b", "a");
    }

    @Test
    void anUnknownKeyIsRefusedWithItsPlaceAndTheNearestKnownOne() {
        Node node = parse("sites:\n  east:\n    delay: 10ms\n    bandwith: 1Gbit\n");
        assertThatThrownBy(() -> node.mapping(top -> top.require("sites")
                        .map(site -> site.mapping(keys -> keys.optional("delay").isPresent()
                                && keys.optional("bandwidth").isPresent()))))
                .isInstanceOf(SettingsException.class)
                .hasMessage("demo.yaml:4:5: unknown key 'bandwith' in sites.east (did you mean 'bandwidth'?)");
    }

    @Test
    void aMissingKeyThatIsMisspeltIsToldAtTheMisspeltOne() {
        assertThatThrownBy(() -> parse("bandwith: 1Gbit").mapping(keys -> keys.require("bandwidth")))
                .hasMessage("demo.yaml:1:1: unknown key 'bandwith' (did you mean 'bandwidth'?)");
        assertThatThrownBy(() -> parse("other: 1").mapping(keys -> keys.require("bandwidth")))
                .hasMessage("demo.yaml:1:1: key 'bandwidth' is missing");
    }

    @Test
    void aKeyFarFromAllKnownOnesIsToldWithThoseThatAreKnown() {
        assertThatThrownBy(() -> parse("colour: red").mapping(keys -> keys.optional("size")))
                .hasMessage("demo.yaml:1:1: unknown key 'colour' (known: size)");
    }

    @Test
    void aWrongValueIsToldWithPlacePathAndWhatWasExpected() {
        assertThatThrownBy(() -> value("10 parsecs", Node::duration))
                .hasMessage(
                        "demo.yaml:1:6: key: unknown unit 'parsecs' in '10 parsecs'; expected a length of time such as"
                                + " 90s (units: ms, s, m, h, d)");
        assertThatThrownBy(() -> value("11", node -> node.integer(0, 10)))
                .hasMessage("demo.yaml:1:6: key: expected a whole number from 0 to 10, found '11'");
        assertThatThrownBy(() -> value("", Node::string))
                .hasMessage("demo.yaml:1:5: key: expected text, found nothing");
        assertThatThrownBy(() -> value("[a]", Node::bool))
                .hasMessage("demo.yaml:1:6: key: expected true or false, found a list");
        assertThatThrownBy(() -> value("coast", node -> node.oneOf(Objective.class)))
                .hasMessage("demo.yaml:1:6: key: 'coast' is not one of cost, low-latency (did you mean 'cost'?)");
        assertThatThrownBy(() -> value("10.0.0", node -> node.parsed(Ipv4::parse)))
                .hasMessage("demo.yaml:1:6: key: '10.0.0' is not an IPv4 address such as 10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"yes", "True", "1"})
    void onlyTrueAndFalseAreBooleans(String written) {
        assertThatThrownBy(() -> value(written, Node::bool)).isInstanceOf(SettingsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {".inf", ".nan", "1e5", "0x10", "1_000", "--1", "99999999999999999999"})
    void aNumberHasDigitsOnly(String written) {
        assertThatThrownBy(() -> value(written, node -> node.decimal(-1e30, 1e30)))
                .isInstanceOf(SettingsException.class);
        assertThatThrownBy(() -> value(written, node -> node.integer(Long.MIN_VALUE, Long.MAX_VALUE)))
                .isInstanceOf(SettingsException.class);
    }

    @Test
    void aQuantityThatOverflowsIsRefused() {
        assertThatThrownBy(() -> value("999999999999999TiB", Node::bytes)).hasMessageContaining("too large");
        assertThatThrownBy(() -> value("999999999999999d", Node::duration)).hasMessageContaining("too large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &x 1\nb: *x",
                "a: !!str 1",
                "a: 1\na: 2",
                "a: 1\n---\nb: 2",
                "[a]: 1",
                "",
                "# nothing",
                "a: [1",
                "\ta: 1",
                "a: b: c",
                "a: \"\\x\"",
                "? {a: 1}\n: 2",
                "&a [*a]",
                "%YAML 3.0\n---\na: 1",
                "a: \u0001"
            })
    void whatIsOutsideTheLanguageIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("demo.yaml");
    }

    @Test
    void aRepeatedKeyIsToldWithTheLineOfTheFirst() {
        assertThatThrownBy(() -> parse("a: 1\nb: 2\na: 3\n"))
                .hasMessage("demo.yaml:3:1: key 'a' stands here again; it was already on line 1");
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> parse("[".repeat(100_000)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("nested more than 32 levels");
    }

    @Test
    void aFileThatIsTooLargeOrNoTextOrAbsentIsRefused(@TempDir Path folder) throws Exception {
        Path large = Files.write(folder.resolve("large"), new byte[Settings.MAX_FILE_BYTES + 1]);
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Settings.read(large)).hasMessageContaining("at most 1048576 bytes");
        assertThatThrownBy(() -> Settings.read(binary)).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> Settings.read(folder.resolve("none"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> Settings.read(folder)).isInstanceOf(SettingsException.class);
    }

    @Test
    void aFileIsReadAsUtf8(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("file.yaml"), "key: grün".getBytes(StandardCharsets.UTF_8));
        assertThat(Settings.read(file).mapping().require("key").string()).isEqualTo("grün");
    }

    @Test
    void noTextMakesTheReaderThrowAnythingElse() {
        String alphabet = "ab:-[]{}#&*!|>'\"%@`, \n\t?0\\~=<\u0000\ud800é";
        for (long seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                parse(text.toString()).position();
            } catch (SettingsException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageStartingWith("demo.yaml");
            } catch (RuntimeException e) {
                throw new AssertionError("seed %d made the reader throw".formatted(seed), e);
            }
        }
    }
}
