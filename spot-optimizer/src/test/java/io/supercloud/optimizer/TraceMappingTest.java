package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.A;
import static io.supercloud.optimizer.Market.B;
import static io.supercloud.optimizer.Market.C;
import static io.supercloud.optimizer.Market.hour;
import static io.supercloud.optimizer.Market.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.SiteId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceMappingTest {
    private static final SiteId EAST = new SiteId("east");
    private static final SiteId WEST = new SiteId("west");
    private static final Pool CALM_A = new Pool("aws", "east", "a", "calm");
    private static final Pool CALM_B = new Pool("aws", "east", "b", "calm");

    private static final PriceTrace TRACE = Market.trace(
            row(CALM_A, 0, 1),
            row(CALM_B, 0, 2),
            row(CALM_B, 3, 0.5),
            row(A, 0, 1),
            row(B, 0.5, 2),
            row(B, 1, 0.5),
            row(A, 2, 0.4),
            row(C, 0, 1));

    @Test
    void poolsThatTheOffersNameAreTakenWhereTheTraceHasThem() {
        TraceMapping mapping = TraceMapping.choose(List.of(WEST, EAST), Map.of(EAST, CALM_A, WEST, C), TRACE);
        assertThat(mapping.pools()).containsExactly(Map.entry(WEST, C), Map.entry(EAST, CALM_A));
        assertThat(mapping.explanation()).contains("the offers themselves");
    }

    @Test
    void otherwiseTheTypeWithTheMostChangesStandsForTheSites() {
        TraceMapping mapping = TraceMapping.choose(List.of(WEST, EAST), Map.of(EAST, CALM_A), TRACE);
        assertThat(mapping.pools()).containsExactly(Map.entry(WEST, A), Map.entry(EAST, B));
        assertThat(mapping.begin()).isEqualTo(hour(0.5));
        assertThat(mapping.explanation())
                .isEqualTo("test trace has no prices of the offers, so m1.large stands for them: its cheapest place"
                        + " changes most often, 2 times");
    }

    @Test
    void moreSitesThanPoolsShareThemInTurn() {
        SiteId north = new SiteId("north");
        SiteId south = new SiteId("south");
        TraceMapping mapping = TraceMapping.choose(List.of(EAST, WEST, north, south), Map.of(), TRACE);
        assertThat(mapping.pools())
                .containsExactly(Map.entry(EAST, A), Map.entry(WEST, B), Map.entry(north, C), Map.entry(south, A));
        assertThat(mapping.explanation()).contains("3 places for 4 sites");
    }
}
