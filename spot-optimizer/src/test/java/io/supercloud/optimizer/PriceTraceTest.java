package io.supercloud.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTraceTest {
    private static final String GOOD = "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,0.0260,0.26";
    private static final Pool POOL = new Pool("aws", "us-east-1", "us-east-1a", "m1.large");

    private static PriceTrace read(byte[] content) throws IOException {
        return PriceTrace.read("prices.csv", new ByteArrayInputStream(content));
    }

    private static PriceTrace read(String... lines) throws IOException {
        return read((TraceReader.HEADER + "\n" + String.join("\n", lines)).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linesBecomeChangesOfTheirPool() throws IOException {
        PriceTrace trace = read(GOOD, "2013-01-01T01:00:00Z,aws,us-east-1,us-east-1a,m1.large,0.03,");
        assertThat(trace.pools()).containsExactly(POOL);
        assertThat(trace.between(POOL, Instant.MIN, Instant.MAX))
                .containsExactly(
                        new PriceChange(Instant.parse("2013-01-01T00:00:00Z"), 0.026),
                        new PriceChange(Instant.parse("2013-01-01T01:00:00Z"), 0.03));
        assertThat(trace.onDemandDollarsPerHour(POOL)).hasValue(0.26);
    }

    @Test
    void aCompressedTraceIsReadAsThePlainOne() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write((TraceReader.HEADER + "\r\n" + GOOD + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(packed.toByteArray()).pools()).containsExactly(POOL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday,aws,us-east-1,us-east-1a,m1.large,0.03,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,-0.03,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,0,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,NaN,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,1e3,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,999999,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,,",
                "2013-01-01T00:00:00Z,,us-east-1,us-east-1a,m1.large,0.03,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us\u0000east,m1.large,0.03,",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,0.03",
                "2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,m1.large,0.03,,",
                "2012-12-31T23:59:59Z,aws,us-east-1,us-east-1a,m1.large,0.03,"
            })
    void aBadLineIsRefusedWithItsNumber(String line) {
        assertThatThrownBy(() -> read(GOOD, line))
                .isInstanceOf(OptimizerException.class)
                .hasMessageStartingWith("prices.csv:3: ");
    }

    @Test
    void aTraceWithoutHeaderOrPricesOrEndIsRefused() {
        assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(OptimizerException.class);
        assertThatThrownBy(() -> read(GOOD.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("the first line must be");
        assertThatThrownBy(() -> read()).hasMessageContaining("no prices");
        assertThatThrownBy(() -> read("x".repeat(io.supercloud.optimizer.internal.LineReader.MAX_LINE_BYTES + 1)))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> PriceTrace.read(Path.of("absent.csv"))).isInstanceOf(OptimizerException.class);
    }

    @Test
    void anyDamageIsEitherReadOrRefused() {
        byte[] sound = (TraceReader.HEADER + "\n" + GOOD + "\n" + GOOD).getBytes(StandardCharsets.UTF_8);
        for (long seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = sound.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(read(damaged).pools()).as("seed %d", seed).isNotEmpty();
            } catch (OptimizerException | IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void theShippedTraceChangesItsCheapestPlaceOften() {
        PriceTrace trace = PriceTrace.shipped();
        assertThat(trace.pools()).extracting(Pool::zone).containsExactly("us-east-1a", "us-east-1b", "us-east-1c");
        assertThat(cheapestChanges(trace, Instant.parse("2013-01-01T06:00:00Z"), Duration.ofDays(3)))
                .isGreaterThanOrEqualTo(8);
    }

    /** How often another pool is more than 5 % cheaper than the one that was taken last, looking every five minutes. */
    private static int cheapestChanges(PriceTrace trace, Instant begin, Duration length) {
        List<Pool> pools = List.copyOf(trace.pools());
        Pool taken = pools.getFirst();
        int changes = 0;
        for (Instant now = begin; now.isBefore(begin.plus(length)); now = now.plusSeconds(300)) {
            for (Pool pool : pools) {
                double price = trace.at(pool, now).orElseThrow().dollarsPerHour();
                if (price < 0.95 * trace.at(taken, now).orElseThrow().dollarsPerHour()) {
                    taken = pool;
                    changes++;
                }
            }
        }
        return changes;
    }
}
