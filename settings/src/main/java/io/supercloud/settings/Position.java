package io.supercloud.settings;

/**
 * A place in a file of settings.
 *
 * @param line from 1
 * @param column from 1
 */
public record Position(String source, int line, int column) {
    @Override
    public String toString() {
        return "%s:%d:%d".formatted(source, line, column);
    }
}
