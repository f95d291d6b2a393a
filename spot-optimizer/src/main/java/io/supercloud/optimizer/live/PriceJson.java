package io.supercloud.optimizer.live;

import io.supercloud.optimizer.OptimizerException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A document of prices in JSON, none of which is believed: errors name the document and the item. */
final class PriceJson {
    static final int MAX_CHARACTERS = 64 << 20;

    private static final double MAX_DOLLARS_PER_HOUR = 100_000;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._ -]{0,63}");

    private final String name;
    private final JsonNode root;

    private PriceJson(String name, JsonNode root) {
        this.name = name;
        this.root = root;
    }

    static PriceJson parse(String name, String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new OptimizerException(
                    "%s: a document of prices has at most %d characters".formatted(name, MAX_CHARACTERS));
        }
        try {
            return new PriceJson(name, JsonMapper.shared().readTree(text));
        } catch (JacksonException e) {
            throw new OptimizerException("%s is not JSON: %s".formatted(name, e.getOriginalMessage()), e);
        }
    }

    /** A text at the top of the document; empty where it is null or not there. */
    String top(String field) {
        return root.path(field).asString("");
    }

    /** What {@code reader} makes of the items of the list {@code field}, of each none, one or some. */
    List<Listing> items(String field, Function<Item, Stream<Listing>> reader) {
        JsonNode list = root.path(field);
        if (!list.isArray()) {
            throw new OptimizerException("%s has no list '%s': it is no document of this form".formatted(name, field));
        }
        List<Listing> listings = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            reader.apply(new Item("%s, %s[%d]".formatted(name, field, i), list.get(i)))
                    .forEach(listings::add);
        }
        return listings;
    }

    /** One item of a document. */
    record Item(String where, JsonNode node) {
        /** The text of a field; empty where there is none. */
        String text(String pointer) {
            return node.at(pointer).asString("");
        }

        /** A field that is part of a pool's name. */
        String word(String pointer) {
            String text = text(pointer);
            if (!WORD.matcher(text).matches()) {
                throw bad("'%s' is no word of letters, digits, '.', '_' and '-'", pointer, text);
            }
            return text;
        }

        Instant time(String pointer) {
            try {
                return OffsetDateTime.parse(text(pointer)).toInstant();
            } catch (DateTimeException e) {
                throw bad("'%s' is not a time such as 2026-01-31T12:00:00Z", pointer, text(pointer));
            }
        }

        /** Dollars an hour, written as a number or as text. */
        double price(String pointer) {
            try {
                return price(pointer, Double.parseDouble(text(pointer)));
            } catch (NumberFormatException e) {
                throw bad("'%s' is not a price", pointer, text(pointer));
            }
        }

        double price(String pointer, double dollars) {
            if (!(dollars > 0 && dollars <= MAX_DOLLARS_PER_HOUR)) {
                throw bad("'%s' is not a price above 0", pointer, dollars);
            }
            return dollars;
        }

        private OptimizerException bad(String problem, String pointer, Object value) {
            return new OptimizerException("%s%s: %s".formatted(where, pointer, problem.formatted(value)));
        }
    }
}
