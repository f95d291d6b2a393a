package io.supercloud.optimizer.chase;

import io.supercloud.optimizer.chase.PolicyRehearsal.Line;
import io.supercloud.optimizer.chase.PolicyRehearsal.Report;
import io.supercloud.optimizer.chase.RehearsalSample.Stay;
import io.supercloud.optimizer.chase.RehearsalSample.Track;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A rehearsal's report as one HTML page with drawings in it, which loads nothing from anywhere. Pure. */
public final class RehearsalPage {
    private static final int HEIGHT = 300;
    private static final int ROW = 26;
    private static final int MARKS = 6;
    private static final double BAR_HALF = 0.35;

    private final Report report;
    private final RehearsalSample sample;
    private final double hours;

    private RehearsalPage(Report report) {
        this.report = report;
        this.sample = report.sample();
        this.hours = hoursAt(sample.to());
    }

    public static String of(Report report) {
        RehearsalPage page = new RehearsalPage(report);
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>%s</title><style>
                body { font: 15px sans-serif; max-width: 60em; margin: 2em auto; color: #222 }
                table { border-collapse: collapse } td, th { padding: .25em .8em; text-align: right }
                td:first-child, th:first-child { text-align: left } tr { border-bottom: 1px solid #ddd }
                svg { width: 100%%; font-size: 12px } .key { display: inline-block; margin-right: 1.2em }
                .key i { display: inline-block; width: 1em; height: .7em; margin-right: .4em }
                </style></head><body>
                <h1>Rehearsal of policy %s</h1>
                <p>%s at %d places, %d runs of %.0f hours from random start times. Dollars are means over the runs, with the 95 %% confidence
                interval over start times.</p>
                %s
                <h2>Cost of a run</h2>%s
                <h2>One of the runs: prices</h2><p>From %s to %s; dollars an hour, means over %d steps.</p>%s%s
                <h2>The same run: places</h2>%s
                <h2>The same run: dollars paid so far</h2>%s%s
                </body></html>
                """.formatted(
                        Plot.escaped("Rehearsal of policy " + report.policy()),
                        Plot.escaped(report.policy()),
                        Plot.escaped(report.instanceType()),
                        report.places().size(),
                        report.runs(),
                        report.hours(),
                        page.table(),
                        page.costs(),
                        page.sample.from(),
                        page.sample.to(),
                        page.sample.prices().getFirst().dollarsPerHour().size(),
                        key(page.sample.prices().stream()
                                .map(RehearsalSample.Prices::place)
                                .toList()),
                        page.prices(),
                        page.places(),
                        key(page.sample.tracks().stream().map(Track::policy).toList()),
                        page.paid());
    }

    private String table() {
        StringBuilder rows = new StringBuilder("<table><tr><th>policy</th><th>dollars</th><th>&plusmn;</th>"
                + "<th>times clairvoyant</th><th>availability</th><th>moves</th><th>egress, dollars</th></tr>");
        for (Line line : report.lines()) {
            rows.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%.3f</td><td>%.3f</td><td>%.4f</td><td>%.3f %%</td><td>%.1f</td><td>%.3f</td></tr>",
                    Plot.escaped(line.policy()),
                    line.dollars(),
                    line.dollarsPlusMinus(),
                    line.timesOptimum(),
                    100 * line.availability(),
                    line.moves(),
                    line.egressDollars()));
        }
        return rows.append("</table>").toString();
    }

    private String costs() {
        List<Line> lines = report.lines();
        double most = lines.stream()
                .mapToDouble(line -> line.dollars() + line.dollarsPlusMinus())
                .max()
                .orElse(1);
        Plot plot = new Plot(ROW * (lines.size() + 2), most, lines.size());
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            double at = lines.size() - i - 0.5;
            plot.label(at, line.policy());
            plot.bar(0, line.dollars(), at - BAR_HALF, at + BAR_HALF, Plot.colour(0), dollars(line.dollars()));
            plot.whisker(line.dollars() - line.dollarsPlusMinus(), line.dollars() + line.dollarsPlusMinus(), at);
        }
        plot.mark(0, dollars(0));
        plot.mark(most, dollars(most));
        return plot.svg("cost of each policy with its confidence interval");
    }

    private String prices() {
        double most = sample.prices().stream()
                .flatMap(prices -> prices.dollarsPerHour().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        Plot plot = overTime(HEIGHT, most);
        for (int place = 0; place < sample.prices().size(); place++) {
            plot.line(sample.prices().get(place).dollarsPerHour(), Plot.colour(place), true);
        }
        return plot.svg("price of each place over time");
    }

    private String places() {
        List<Track> tracks = sample.tracks().stream()
                .filter(track -> !track.stays().isEmpty())
                .toList();
        Plot plot = new Plot(ROW * (tracks.size() + 2), hours, tracks.size());
        for (int i = 0; i < tracks.size(); i++) {
            double at = tracks.size() - i - 0.5;
            List<Stay> stays = tracks.get(i).stays();
            plot.label(at, tracks.get(i).policy());
            for (int j = 0; j < stays.size(); j++) {
                Stay stay = stays.get(j);
                Instant end = j + 1 < stays.size() ? stays.get(j + 1).since() : sample.to();
                String name = stay.place() == Chaser.NOWHERE
                        ? "nowhere"
                        : sample.prices().get(stay.place()).place();
                plot.bar(
                        hoursAt(stay.since()),
                        hoursAt(end),
                        at - BAR_HALF,
                        at + BAR_HALF,
                        Plot.colour(stay.place()),
                        "%s from %s".formatted(name, stay.since()));
            }
        }
        marks(plot);
        return plot.svg("where each policy was over time");
    }

    private String paid() {
        double most = sample.tracks().stream()
                .mapToDouble(track -> track.dollars().getLast())
                .max()
                .orElse(1);
        Plot plot = overTime(HEIGHT, most);
        for (int track = 0; track < sample.tracks().size(); track++) {
            List<Double> dollars = new ArrayList<>(sample.tracks().get(track).dollars());
            plot.line(dollars, Plot.colour(track), false);
        }
        return plot.svg("dollars that each policy has paid over time");
    }

    private Plot overTime(int height, double most) {
        Plot plot = new Plot(height, hours, most);
        plot.label(most, dollars(most));
        plot.label(0, dollars(0));
        marks(plot);
        return plot;
    }

    private void marks(Plot plot) {
        for (int i = 0; i <= MARKS; i++) {
            double at = hours * i / MARKS;
            plot.mark(at, "%.0f h".formatted(at));
        }
    }

    private double hoursAt(Instant time) {
        return Duration.between(sample.from(), time).toMillis() / PriceSeries.MILLIS_PER_HOUR;
    }

    private static String dollars(double dollars) {
        return String.format(Locale.ROOT, "$%.3f", dollars);
    }

    private static String key(List<String> names) {
        StringBuilder key = new StringBuilder("<p>");
        for (int i = 0; i < names.size(); i++) {
            key.append("<span class=\"key\"><i style=\"background:%s\"></i>%s</span>"
                    .formatted(Plot.colour(i), Plot.escaped(names.get(i))));
        }
        return key.append("</p>").toString();
    }
}
