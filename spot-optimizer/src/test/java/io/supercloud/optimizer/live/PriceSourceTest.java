package io.supercloud.optimizer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.Rental;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceSourceTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final String LINE = "2026-11-28T10:00:00Z,aws,us-east-1,us-east-1a,m1.large,0.2,0.5";
    private static final Listing LISTING = new Listing(
            new Pool("aws", "us-east-1", "us-east-1a", "m1.large"),
            Rental.SPOT,
            0.2,
            Instant.parse("2026-11-28T10:00:00Z"));

    private static PriceSource command(String... words) {
        return new PriceSource(PriceForm.CSV, Optional.empty(), List.of(words), List.of());
    }

    @Test
    void aFilesPricesAreConfirmedWhenItWasWrittenAndACommandsNow(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("prices.csv"), PriceTrace.columns() + "\n" + LINE + "\n");
        Instant written = NOW.minusSeconds(77);
        Files.setLastModifiedTime(file, FileTime.from(written));
        assertThat(new PriceSource(PriceForm.CSV, Optional.of(file), List.of(), List.of()).read(CLOCK))
                .isEqualTo(new PriceSource.Told(List.of(LISTING), written));
        assertThat(command("cat", file.toString()).read(CLOCK)).isEqualTo(new PriceSource.Told(List.of(LISTING), NOW));
    }

    @Test
    void aCommandThatFailsOrIsNotThereTellsNothing() {
        assertThatThrownBy(() -> command("false").read(CLOCK))
                .isInstanceOf(OptimizerException.class)
                .hasMessageStartingWith("'false' ended with 1");
        assertThatThrownBy(() -> command("no-such-command", "x").read(CLOCK))
                .isInstanceOf(OptimizerException.class)
                .hasMessageStartingWith("'no-such-command x': no prices come");
    }

    @Test
    void aCommandGetsItsWordsAsTheyAre() {
        assertThatThrownBy(() -> command("printf", "%s", "$(id); `id`").read(CLOCK))
                .isInstanceOf(OptimizerException.class)
                .hasMessageContaining("the first line must be");
    }
}
