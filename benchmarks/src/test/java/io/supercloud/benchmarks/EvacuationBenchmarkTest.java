package io.supercloud.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.benchmarks.BenchmarkReport.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the benchmark of evacuations says of what came of one; nothing is timed here. */
class EvacuationBenchmarkTest {
    private static List<Result> results(int forecastAndSaved, int saved) {
        return EvacuationBenchmark.results(new EvacuatedSide.Outcome(16, 10, forecastAndSaved, saved, 1, 23.4567), 30);
    }

    @Test
    void theBenchmarkIsListedWithItsNotices() {
        assertThat(BenchmarkMain.ALL)
                .filteredOn(each -> each.name().equals("evacuation"))
                .singleElement()
                .satisfies(listed -> assertThat(listed.parts()).containsExactly("120", "30"));
    }

    @Test
    void whatWasForecastIsTheBarForThoseThatWereForecast() {
        Result kept = results(10, 12).getFirst();
        assertThat(kept.bar()).hasValue(10);
        assertThat(kept.holds()).contains(true);
        assertThat(results(9, 15).getFirst().holds()).as("others do not count").contains(false);
    }

    @Test
    void allThatWereSavedTheDamagedAndTheTimeAreToldWithoutABar() {
        assertThat(results(10, 12)).extracting(Result::ours).containsExactly(10.0, 12.0, 1.0, 23.457);
        assertThat(results(10, 12))
                .extracting(Result::measure)
                .allSatisfy(measure -> assertThat(measure).contains("at a notice of 30 s"));
        assertThat(results(10, 12).subList(1, 4))
                .allSatisfy(result -> assertThat(result.holds()).isEmpty());
    }
}
