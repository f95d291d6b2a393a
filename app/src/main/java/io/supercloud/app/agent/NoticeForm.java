package io.supercloud.app.agent;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How the clouds say in an instance's metadata that they will take it away. What is no such notice is passed over. */
enum NoticeForm {
    /**
     * {@code {"action": "terminate", "time": "2026-01-31T12:00:00Z"}}; absent before
     * (docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html).
     */
    EC2("/latest/meta-data/spot/instance-action", "Accept", "application/json") {
        @Override
        Optional<Instant> end(String text, Instant now) {
            JsonNode notice = JsonMapper.shared().readTree(text);
            return notice.path("action").asString("").matches("terminate|stop|hibernate")
                    ? Optional.of(Instant.parse(notice.path("time").asString("")))
                    : Optional.empty();
        }
    },
    /** {@code TRUE} half a minute before the end (cloud.google.com/compute/docs/instances/create-use-preemptible). */
    GCP("/computeMetadata/v1/instance/preempted", "Metadata-Flavor", "Google") {
        @Override
        Optional<Instant> end(String text, Instant now) {
            return text.strip().equals("TRUE") ? Optional.of(now.plus(SHORT_NOTICE)) : Optional.empty();
        }
    },
    /**
     * An event of the type Preempt (learn.microsoft.com/azure/virtual-machines/linux/scheduled-events). Members of a scale
     * set hear of each other's; hosts are no such members.
     */
    AZURE("/metadata/scheduledevents?api-version=2020-07-01", "Metadata", "true") {
        @Override
        Optional<Instant> end(String text, Instant now) {
            return JsonMapper.shared()
                    .readTree(text)
                    .path("Events")
                    .valueStream()
                    .filter(event -> event.path("EventType").asString("").equals("Preempt"))
                    .map(event -> event.path("NotBefore").asString(""))
                    .map(time -> time.isEmpty()
                            ? now
                            : ZonedDateTime.parse(time, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant())
                    .min(Instant::compareTo);
        }
    };

    private static final String METADATA = "http://169.254.169.254";
    private static final Duration SHORT_NOTICE = Duration.ofSeconds(30);
    private static final int MAX_CHARACTERS = 64 << 10;

    private final URI address;
    private final String header;
    private final String value;

    NoticeForm(String path, String header, String value) {
        this.address = URI.create(METADATA + path);
        this.header = header;
        this.value = value;
    }

    URI address() {
        return address;
    }

    /** A header without which the cloud does not answer. */
    String header() {
        return header;
    }

    /** The value of {@link #header}. */
    String headerValue() {
        return value;
    }

    /** When the instance ends; throws whatever the parsers do where {@code text} is not of this form. */
    abstract Optional<Instant> end(String text, Instant now);

    /**
     * When the instance ends, by an answer of the metadata service that nobody vouches for.
     *
     * @throws UnreadableException for what is a notice by its form and cannot be read
     */
    Optional<Instant> read(String text, Instant now) throws UnreadableException {
        if (text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            return end(text, now);
        } catch (JacksonException | DateTimeException e) {
            throw new UnreadableException(e);
        }
    }

    /** An answer is of no form that is known. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(Throwable cause) {
            super(cause);
        }
    }
}
