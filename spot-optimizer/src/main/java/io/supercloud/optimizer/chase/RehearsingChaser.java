package io.supercloud.optimizer.chase;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ours: rehearses on paper, as the prices come, what several simple policies would have paid so far, and does what the
 * cheapest of them says (follow the leader). So the time that a difference of price must last to be worth a move is learned
 * from each market. Without evidence it goes by the market's tempo; evidence is a lead of more than the dearest move.
 */
public final class RehearsingChaser implements Chaser {
    private static final double TEMPO = 1;
    private static final List<Duration> HORIZONS = List.of(
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(4),
            Duration.ofDays(1),
            Duration.ofDays(7),
            Duration.ofDays(30),
            Duration.ofDays(90));

    private final Shadow<TermChaser> usual;
    private final List<Shadow<TermChaser>> others;

    public RehearsingChaser() {
        this(
                new TempoChaser(TEMPO),
                Stream.concat(
                                HORIZONS.stream().<TermChaser>map(HorizonChaser::new),
                                Stream.of(new TempoChaser(4 * TEMPO), new TempoChaser(16 * TEMPO)))
                        .toList());
    }

    /** @param usual is followed until one of {@code others} was cheaper */
    RehearsingChaser(TermChaser usual, List<TermChaser> others) {
        this.usual = new Shadow<>(usual);
        this.others = others.stream().map(each -> new Shadow<>(each)).toList();
    }

    @Override
    public String name() {
        return "ours";
    }

    @Override
    public void begin(Terms terms) {
        usual.begin(terms);
        others.forEach(shadow -> shadow.begin(terms));
    }

    @Override
    public void changed(long millis, int place, double dollarsPerHour) {
        usual.changed(millis, place, dollarsPerHour);
        others.forEach(shadow -> shadow.changed(millis, place, dollarsPerHour));
    }

    @Override
    public int choose(long millis, int here, boolean leaving) {
        return leader().choose(millis, here, leaving);
    }

    /** For how long a difference of price between two places counts, in hours, by the policy that is followed now. */
    double termHours(long millis, int source, int target) {
        return leader().termHours(millis, source, target);
    }

    private TermChaser leader() {
        Shadow<TermChaser> leader = usual;
        double least = usual.dollars() - usual.dearestMoveDollars();
        for (Shadow<TermChaser> shadow : others) {
            if (shadow.dollars() < least) {
                leader = shadow;
                least = shadow.dollars();
            }
        }
        return leader.policy();
    }
}
