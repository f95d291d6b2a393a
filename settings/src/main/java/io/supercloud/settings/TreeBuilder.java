package io.supercloud.settings;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Builds nodes from the parser's events, so that what the language leaves out is refused before it takes effect. */
final class TreeBuilder {
    private final String source;
    private Iterator<Event> events;

    TreeBuilder(String source) {
        this.source = source;
    }

    Node build(String text) {
        LoadSettings limits = LoadSettings.builder()
                .setLabel(source)
                .setCodePointLimit(Settings.MAX_FILE_BYTES)
                .build();
        try {
            events = new Parse(limits).parseString(text).iterator();
            events.next(); // the stream's start
            if (events.next().getEventId() == Event.ID.StreamEnd) {
                throw new SettingsException(new Position(source, 1, 1), "there is nothing in it");
            }
            Node root = node("", events.next(), 0);
            events.next(); // the document's end
            Event end = events.next();
            if (end.getEventId() != Event.ID.StreamEnd) {
                throw new SettingsException(position(end.getStartMark()), "a second document begins; only one is read");
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            throw new SettingsException("%s: not YAML: %s".formatted(position(e.getProblemMark()), e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new SettingsException("%s: not YAML: %s".formatted(source, e.getMessage()), e);
        }
    }

    private Node node(String path, Event event, int level) {
        Position position = position(event.getStartMark());
        refuseWhatIsLeftOut(event, position);
        return switch (event) {
            case ScalarEvent scalar -> new Node(path, position, new Node.Scalar(scalar.getValue(), scalar.isPlain()));
            case SequenceStartEvent _ -> new Node(path, position, new Node.Items(items(path, nested(level, position))));
            case MappingStartEvent _ ->
                new Node(path, position, new Node.Fields(fields(path, nested(level, position))));
            default -> throw new IllegalStateException("the parser gave " + event + " where a node begins");
        };
    }

    private static void refuseWhatIsLeftOut(Event event, Position position) {
        boolean tagged = event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
                || event instanceof CollectionStartEvent start && start.getTag().isPresent();
        if (tagged) {
            throw new SettingsException(position, "a tag (!...) is not allowed here");
        }
        if (event instanceof AliasEvent
                || event instanceof NodeEvent named && named.getAnchor().isPresent()) {
            throw new SettingsException(
                    position, "anchors (&...) and aliases (*...) are not allowed; write the value out");
        }
    }

    private static int nested(int level, Position position) {
        if (level == Settings.MAX_NESTING_LEVELS) {
            throw new SettingsException(position, "nested more than %d levels deep".formatted(level));
        }
        return level + 1;
    }

    private List<Node> items(String path, int level) {
        List<Node> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node("%s[%d]".formatted(path, items.size()), event, level));
        }
        return items;
    }

    private Map<String, Node.Field> fields(String path, int level) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            Position position = position(event.getStartMark());
            refuseWhatIsLeftOut(event, position);
            if (!(event instanceof ScalarEvent scalar)) {
                throw new SettingsException(position, "a key must be a word, not a list or a mapping");
            }
            String key = scalar.getValue();
            Node.Field earlier = fields.get(key);
            if (earlier != null) {
                throw new SettingsException(
                        position,
                        "key '%s' stands here again; it was already on line %d"
                                .formatted(key, earlier.position().line()));
            }
            Node value = node(path.isEmpty() ? key : path + "." + key, events.next(), level);
            fields.put(key, new Node.Field(position, value));
        }
        return fields;
    }

    private Position position(Optional<Mark> mark) {
        return mark.map(known -> new Position(source, known.getLine() + 1, known.getColumn() + 1))
                .orElseGet(() -> new Position(source, 1, 1));
    }
}
