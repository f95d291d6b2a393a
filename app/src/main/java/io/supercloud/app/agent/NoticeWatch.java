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
        while (!told()) {
            hinted = hinted || hinted();
            tasks.sleep(INTERVAL);
        }
    }

    /** One notice is enough: clouds do not take them back. */
    private boolean told() {
        Optional<HostNotice> notice = Arrays.stream(NoticeForm.values())
                .flatMap(form -> ask(form.address(), form.header(), form.headerValue())
                        .flatMap(text -> parse(form, me, text, Instant.now()))
                        .stream())
                .findFirst();
        try {
            notice.filter(found -> registry.read(Paths.notice(me)).isEmpty())
                    .ifPresent(found -> registry.create(Paths.notice(me), Json.write(found)));
            return notice.isPresent();
        } catch (RegistryException e) {
            log.warn("the notice of {} is not told yet: {}", me, e.getMessage());
            return false;
        }
    }

    /** The first hint is enough: a host that is likely to go stays so. */
    private boolean hinted() {
        Optional<HostHint> hint = ask(HintForm.ADDRESS, NoticeForm.EC2.header(), NoticeForm.EC2.headerValue())
                .flatMap(text -> HintForm.read(text, Instant.now()))
                .map(at -> new HostHint(me, at));
        try {
            hint.filter(found -> registry.read(Paths.hint(me)).isEmpty())
                    .ifPresent(found -> registry.create(Paths.hint(me), Json.write(found)));
            return hint.isPresent();
        } catch (RegistryException e) {
            log.warn("the hint about {} is not told yet: {}", me, e.getMessage());
            return false;
        }
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
