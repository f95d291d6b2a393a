package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Shows what happened. */
@Command(name = "events", mixinStandardHelpOptions = true, description = "Show what happened, oldest first.")
final class EventsCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Option(names = "--follow", description = "Go on with what happens next, until interrupted.")
    private boolean follow;

    @Option(
            names = "--after",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "Only events numbered above this.")
    private long after;

    @Override
    public Integer call() {
        options.manager().stream(new ControlRequest.FollowEvents(after, follow), options.progress(), this::print);
        return 0;
    }

    /** With {@code --json} one object a line. */
    private void print(JsonNode numbered) {
        JsonNode event = numbered.path("event");
        options.print(
                numbered,
                "%5d %s %-18s %s"
                        .formatted(
                                numbered.path("number").asLong(),
                                event.path("at").asString(),
                                event.path("kind").asString(),
                                event.path("message").asString()));
    }
}
