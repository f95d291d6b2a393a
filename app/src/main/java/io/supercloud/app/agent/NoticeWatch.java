package io.supercloud.app.agent;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import io.supercloud.migration.HostHint;
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
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the instance's metadata, in each cloud's way, whether its cloud will or may take it away, and tells the registry. */
final class NoticeWatch {
    private static final Logger log = LoggerFactory.getLogger(NoticeWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Nothing hurries after a hint. */
    private static final int ROUNDS_PER_HINT = 30;

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;

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
        boolean hinted = false;
        for (long round = 0; !told(Paths.notice(me), notice()); round++) {
            hinted = hinted || round % ROUNDS_PER_HINT == 0 && told(Paths.hint(me), hint());
            tasks.sleep(INTERVAL);
        }
    }

    /** One notice is enough, and one hint: clouds do not take them back. Whether there was one, and the registry has it. */
    private boolean told(String path, Optional<?> found) {
        try {
            found.filter(_ -> registry.read(path).isEmpty())
                    .ifPresent(value -> registry.create(path, Json.write(value)));
            return found.isPresent();
        } catch (RegistryException e) {
            log.warn("what the cloud says of {} is not told yet: {}", me, e.getMessage());
            return false;
        }
    }

    private Optional<HostNotice> notice() {
        return Arrays.stream(NoticeForm.values())
                .flatMap(form -> ask(form.address(), form.header(), form.headerValue())
                        .flatMap(text -> parse(form, me, text, Instant.now()))
                        .stream())
                .findFirst();
    }

    private Optional<HostHint> hint() {
        return ask(HintForm.ADDRESS, NoticeForm.EC2.header(), NoticeForm.EC2.headerValue())
                .flatMap(text -> HintForm.read(text, Instant.now()))
                .map(at -> new HostHint(me, at));
    }

    private Optional<String> ask(URI address, String header, String value) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(address)
                            .header(header, value)
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == OK ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException noMetadata) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What is no notice of an end is passed over: nothing else that a metadata service says may move VMs. */
    static Optional<HostNotice> parse(NoticeForm form, HostId host, String text, Instant now) {
        try {
            return form.read(text, now).map(end -> new HostNotice(host, end));
        } catch (NoticeForm.UnreadableException e) {
            log.warn("the metadata of {} holds a notice of {} that cannot be read: {}", host, form, text);
            return Optional.empty();
        }
    }
}
