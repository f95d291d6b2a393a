package io.supercloud.optimizer.chase;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A drawing in SVG (w3.org/TR/SVG11), put together from shapes in the units of its data. */
final class Plot {
    private static final int WIDTH = 960;
    private static final int LEFT = 150;
    private static final int BOTTOM = 26;
    private static final int TOP = 10;
    private static final List<String> COLOURS = List.of(
            "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#994f00", "#117733",
            "#332288");

    private final int height;
    private final double mostX;
    private final double mostY;
    private final List<String> shapes = new ArrayList<>();

    /** @param mostX the data's largest x, from 0 on; as {@code mostY} */
    Plot(int height, double mostX, double mostY) {
        this.height = height;
        this.mostX = mostX > 0 ? mostX : 1;
        this.mostY = mostY > 0 ? mostY : 1;
    }

    static String colour(int index) {
        return index < 0 ? "#ffffff" : COLOURS.get(index % COLOURS.size());
    }

    /** Text in which nothing is markup. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Values at equal distances over all of x, the last at its end. */
    void line(List<Double> values, String colour, boolean steps) {
        StringBuilder path = new StringBuilder();
        double width = mostX / values.size();
        for (int i = 0; i < values.size(); i++) {
            if (steps) {
                path.append(point(i * width, values.get(i)));
            }
            path.append(point((i + 1) * width, values.get(i)));
        }
        shapes.add("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>"
                .formatted(colour, path.toString().strip()));
    }

    void bar(double fromX, double toX, double fromY, double toY, String colour, String title) {
        shapes.add(text(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>%s</title></rect>",
                x(fromX), y(toY), x(toX) - x(fromX), y(fromY) - y(toY), colour, escaped(title)));
    }

    /** A horizontal line with ends, as for an interval. */
    void whisker(double fromX, double toX, double atY) {
        shapes.add(text(
                "<path d=\"M%.1f,%.1fH%.1fM%.1f,%.1fv8M%.1f,%.1fv8\" stroke=\"#000\" fill=\"none\"/>",
                x(fromX), y(atY), x(toX), x(fromX), y(atY) - 4, x(toX), y(atY) - 4));
    }

    /** Words to the left of the axis. */
    void label(double atY, String words) {
        shapes.add(
                text("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 8, y(atY) + 4, escaped(words)));
    }

    /** Words below the axis. */
    void mark(double atX, String words) {
        shapes.add(
                text("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x(atX), height - 8, escaped(words)));
    }

    String svg(String title) {
        String axes = "<path d=\"M%d,%dV%dH%d\" stroke=\"#999\" fill=\"none\"/>"
                .formatted(LEFT, TOP, height - BOTTOM, WIDTH - LEFT / 3);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title>%s%s</svg>"
                .formatted(WIDTH, height, escaped(title), axes, String.join("\n", shapes));
    }

    private String point(double atX, double atY) {
        return text("%.1f,%.1f ", x(atX), y(atY));
    }

    private double x(double value) {
        return LEFT + Math.clamp(value / mostX, 0, 1) * (WIDTH - LEFT - LEFT / 3.0);
    }

    private double y(double value) {
        return height - BOTTOM - Math.clamp(value / mostY, 0, 1) * (height - BOTTOM - TOP);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
