package io.supercloud.optimizer.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietHoursTest {
    /** 27 November 2026 is a Friday; Berlin is an hour ahead of UTC then. */
    @ParameterizedTest
    @CsvSource({
        "mon-fri 08:00-18:00 Europe/Berlin, 2026-11-27T07:00:00Z, true",
        "mon-fri 08:00-18:00 Europe/Berlin, 2026-11-27T06:59:59Z, false",
        "mon-fri 08:00-18:00 Europe/Berlin, 2026-11-27T17:00:00Z, false",
        "mon-fri 08:00-18:00 Europe/Berlin, 2026-11-28T10:00:00Z, false",
        "fri 22:00-06:00, 2026-11-28T05:59:00Z, true",
        "fri 22:00-06:00, 2026-11-27T05:59:00Z, false",
        "sat-mon 00:00-12:00, 2026-11-30T11:00:00Z, true",
        "sat-mon 00:00-12:00, 2026-12-01T11:00:00Z, false",
        "10:00-10:00, 2026-11-27T03:00:00Z, true"
    })
    void hoursAreThoseOfTheirDaysAndZone(String hours, Instant time, boolean quiet) {
        assertThat(QuietHours.parse(hours).contains(time)).isEqualTo(quiet);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        QuietHours hours = QuietHours.parse("fri-mon 22:00-06:30 America/New_York");
        assertThat(QuietHours.parse(hours.toString())).isEqualTo(hours);
    }
}
