package io.supercloud.app.agent;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * How EC2 says in an instance's metadata that it is likely to interrupt it: {@code {"noticeTime": "2026-01-31T12:00:00Z"}},
 * absent before (docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html). Google and Azure give no such
 * hints. Nobody vouches for the answer: what is not of this form, or of a time that cannot be, is no hint.
 */
final class HintForm {
    static final URI ADDRESS = URI.create("http://169.254.169.254/latest/meta-data/events/recommendations/rebalance");

    private static final Duration MAX_AGE = Duration.ofDays(1);
    private static final Duration MAX_SKEW = Duration.ofMinutes(5);
    private static final int MAX_CHARACTERS = 4 << 10;

    private HintForm() {}

    /** When the cloud gave the hint. */
    static Optional<Instant> read(String text, Instant now) {
        if (text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            String time = JsonMapper.shared().readTree(text).path("noticeTime").asString("");
            return Optional.of(Instant.parse(time))
                    .filter(at -> at.isAfter(now.minus(MAX_AGE)) && at.isBefore(now.plus(MAX_SKEW)));
        } catch (JacksonException | DateTimeException noHint) {
            return Optional.empty();
        }
    }
}
