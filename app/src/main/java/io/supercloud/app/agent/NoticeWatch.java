package io.supercloud.app.agent;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import io.supercloud.migration.HostNotice;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the instance's metadata whether its cloud will take it away, and tells the registry. EC2's form: {@code
 * /latest/meta-data/spot/instance-action} is absent, or {@code {"action": "terminate", "time": "2026-01-31T12:00:00Z"}}.
 */
final class NoticeWatch {
    private static final Logger log = LoggerFactory.getLogger(NoticeWatch.class);
    private static final URI NOTICE = URI.create("http://169.254.169.254/latest/meta-data/spot/instance-action");
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;
    private static final int MAX_CHARACTERS = 4096;

    private final HostId me;
    private final Registry registry;
    private final Tasks tasks;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    NoticeWatch(HostId me, Registry registry, Tasks tasks) {
        this.me = me;
        this.registry = registry;
        this.tasks = tasks;
    }

    void start() {
        tasks.start("spot notice", this::watch);
    }

    private void watch() {
        while (!told()) {
            tasks.sleep(INTERVAL);
        }
    }

    /** One notice is enough: clouds do not take them back. */
    private boolean told() {
        Optional<HostNotice> notice = ask().flatMap(text -> parse(me, text));
        try {
            notice.filter(found -> registry.read(Paths.notice(me)).isEmpty())
                    .ifPresent(found -> registry.create(Paths.notice(me), Json.write(found)));
            return notice.isPresent();
        } catch (RegistryException e) {
            log.warn("the notice of {} is not told yet: {}", me, e.getMessage());
            return false;
        }
    }

    private Optional<String> ask() {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(NOTICE).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == OK ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException noMetadata) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What is no notice of an end is passed over: nothing else that a metadata service says may move VMs. */
    static Optional<HostNotice> parse(HostId host, String text) {
        if (text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            JsonNode notice = JsonMapper.shared().readTree(text);
            boolean ends = notice.path("action").asString("").matches("terminate|stop|hibernate");
            return ends
                    ? Optional.of(new HostNotice(
                            host, Instant.parse(notice.path("time").asString(""))))
                    : Optional.empty();
        } catch (JacksonException | DateTimeParseException e) {
            log.warn("the metadata of {} holds a notice that cannot be read: {}", host, text);
            return Optional.empty();
        }
    }
}
