package io.supercloud.optimizer.data;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.internal.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the traces of "Can't Be Late" (NSDI 2024, github.com/skypilot-org/spot-traces): JSON, plain or gzip,
 * {@code {"metadata": {"gap_seconds": N}, "data": [counts]}} in a file called {@code ZONE_RESOURCE.json}. As many instances
 * were asked for as the largest count says; other keys are passed over.
 */
final class AvailabilityReader {
    static final int MAX_TICKS = 2_000_000;

    private static final int MAX_COUNT = 100_000;
    private static final int MAX_GAP_SECONDS = 86_400;
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9-]{1,64})_([A-Za-z0-9._-]{1,64}?)\\.json(\\.gz)?");
    private static final JsonFactory JSON = new JsonFactory();

    private final Path file;
    private long gapSeconds = 0;
    private int[] counts = new int[0];

    private AvailabilityReader(Path file) {
        this.file = file;
    }

    /** Whether a file of this name may be a trace. */
    static boolean mayBe(Path file) {
        return NAME.matcher(file.getFileName().toString()).matches();
    }

    /** @throws OptimizerException where the file cannot be read or is no trace, with file and line */
    static AvailabilityTrace read(Path file) {
        return new AvailabilityReader(file).read();
    }

    private AvailabilityTrace read() {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new OptimizerException("%s: a trace's file is called ZONE_RESOURCE.json".formatted(file));
        }
        try (InputStream in = LineReader.unpacked(Files.newInputStream(file));
                JsonParser json = JSON.createParser(ObjectReadContext.empty(), in)) {
            expect(json, json.nextToken(), JsonToken.START_OBJECT, "an object");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                JsonToken value = json.nextToken();
                switch (key) {
                    case "metadata" -> metadata(json, value);
                    case "data" -> data(json, value);
                    case null, default -> json.skipChildren();
                }
            }
            if (gapSeconds == 0 || counts.length == 0) {
                throw bad(json, "a trace has metadata.gap_seconds and data");
            }
        } catch (JacksonException e) {
            throw new OptimizerException("%s:%d: this is not JSON: %s"
                    .formatted(
                            file, e.getLocation() == null ? 1 : e.getLocation().getLineNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            throw new OptimizerException("%s: the trace cannot be read: %s".formatted(file, e), e);
        }
        int wanted = Math.max(1, Arrays.stream(counts).max().orElse(1));
        BitSet obtainable = new BitSet(counts.length);
        for (int tick = 0; tick < counts.length; tick++) {
            obtainable.set(tick, counts[tick] >= wanted);
        }
        Path folder = file.toAbsolutePath().getParent();
        String set = folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
        return new AvailabilityTrace(set, name.group(1), name.group(2), gapSeconds * 1_000, counts.length, obtainable);
    }

    private void metadata(JsonParser json, JsonToken token) {
        expect(json, token, JsonToken.START_OBJECT, "an object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean gap = "gap_seconds".equals(json.currentName());
            JsonToken value = json.nextToken();
            if (gap) {
                gapSeconds = whole(json, value, 1, MAX_GAP_SECONDS);
            } else {
                json.skipChildren();
            }
        }
    }

    private void data(JsonParser json, JsonToken token) {
        expect(json, token, JsonToken.START_ARRAY, "a list of numbers");
        int[] read = new int[1_024];
        int length = 0;
        for (JsonToken each = json.nextToken(); each != JsonToken.END_ARRAY; each = json.nextToken()) {
            if (length == MAX_TICKS) {
                throw bad(json, "a trace has at most %d ticks".formatted(MAX_TICKS));
            }
            if (length == read.length) {
                read = Arrays.copyOf(read, length * 2);
            }
            read[length++] = whole(json, each, 0, MAX_COUNT);
        }
        counts = Arrays.copyOf(read, length);
    }

    private int whole(JsonParser json, JsonToken token, int min, int max) {
        expect(json, token, JsonToken.VALUE_NUMBER_INT, "a whole number");
        double value = json.getDoubleValue();
        if (value < min || value > max) {
            throw bad(json, "%.0f is not a number from %d to %d".formatted(value, min, max));
        }
        return (int) value;
    }

    private void expect(JsonParser json, JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw bad(json, "expected %s, found %s".formatted(what, found));
        }
    }

    private OptimizerException bad(JsonParser json, String problem) {
        return new OptimizerException(
                "%s:%d: %s".formatted(file, json.currentTokenLocation().getLineNr(), problem));
    }
}
