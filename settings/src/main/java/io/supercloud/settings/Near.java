package io.supercloud.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known word somebody may have meant. */
public final class Near {
    /** A word further away than this share of its length is no likely slip of the fingers. */
    private static final double MAX_CHANGED_SHARE = 0.4;

    private static final int MAX_COMPARED_CHARACTERS = 64;

    private Near() {}

    /** The known word nearest to {@code word} by edit distance, where one is near. */
    static Optional<String> nearest(String word, Collection<String> known) {
        if (word.length() > MAX_COMPARED_CHARACTERS) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= Math.max(1, candidate.length() * MAX_CHANGED_SHARE))
                .min(Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code " (did you mean 'x'?)"}, else the known words, else nothing. */
    static String hint(String word, Collection<String> known) {
        return nearest(word, known)
                .map(" (did you mean '%s'?)"::formatted)
                .orElseGet(() -> known.isEmpty()
                        ? ""
                        : " (known: %s)"
                                .formatted(String.join(
                                        ", ", known.stream().sorted().toList())));
    }

    /** Levenshtein distance, without regard to case. */
    public static int distance(String first, String second) {
        String from = first.toLowerCase(Locale.ROOT);
        String to = second.toLowerCase(Locale.ROOT);
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
