package io.supercloud.optimizer.policy;

import io.supercloud.core.InvalidValueException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Regions by name, where {@code *} stands for any text: {@code eu-*}, or {@code gcp/europe-*} for those of one cloud. */
public record RegionPattern(String glob) {
    static final String SYNTAX = "^[A-Za-z0-9*][A-Za-z0-9*._-]*(/[A-Za-z0-9*._-]+)?$";

    public RegionPattern {
        if (!glob.matches(SYNTAX)) {
            throw new InvalidValueException(
                    "'%s' is no pattern of regions: write something like eu-* or gcp/europe-*".formatted(glob));
        }
    }

    boolean matches(String cloud, String region) {
        String regex = Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return (glob.contains("/") ? cloud + "/" + region : region).matches(regex);
    }

    @Override
    public String toString() {
        return glob;
    }
}
