package io.supercloud.app.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.migration.HostNotice;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeWatchTest {
    private static final HostId HOST = new HostId("host-a");
    private static final Instant NOW = Instant.parse("2026-01-31T11:58:00Z");

    @Test
    void anEndWithItsTimeIsANotice() {
        assertThat(NoticeWatch.parse(
                        NoticeForm.EC2, HOST, "{\"action\": \"terminate\", \"time\": \"2026-01-31T12:00:00Z\"}", NOW))
                .contains(new HostNotice(HOST, Instant.parse("2026-01-31T12:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "<html>404</html>",
                "{\"action\": \"rebalance\", \"time\": \"2026-01-31T12:00:00Z\"}",
                "{\"action\": \"terminate\"}",
                "{\"action\": \"terminate\", \"time\": \"soon\"}",
                "{\"action\": [\"terminate\"], \"time\": {}}",
                "FALSE",
                "{\"Events\": [{\"EventType\": \"Reboot\", \"NotBefore\": \"Sat, 31 Jan 2026 12:00:00 GMT\"}]}",
                "{\"Events\": [{\"EventType\": \"Preempt\", \"NotBefore\": \"soon\"}]}",
                "{\"Events\": \"Preempt\"}"
            })
    void whatIsNoEndMovesNothing(String text) {
        for (NoticeForm form : NoticeForm.values()) {
            assertThat(NoticeWatch.parse(form, HOST, text, NOW)).isEmpty();
        }
    }

    @Test
    void eachCloudSaysItInItsOwnForm() {
        assertThat(NoticeWatch.parse(NoticeForm.GCP, HOST, "TRUE\n", NOW))
                .contains(new HostNotice(HOST, NOW.plusSeconds(30)));
        assertThat(NoticeWatch.parse(
                        NoticeForm.AZURE,
                        HOST,
                        "{\"DocumentIncarnation\": 2, \"Events\": [{\"EventId\": \"1\", \"EventType\": \"Preempt\","
                                + " \"ResourceType\": \"VirtualMachine\", \"Resources\": [\"host-a\"],"
                                + " \"NotBefore\": \"Sat, 31 Jan 2026 12:00:00 GMT\"}]}",
                        NOW))
                .contains(new HostNotice(HOST, Instant.parse("2026-01-31T12:00:00Z")));
    }

    @Test
    void aRecommendationToRebalanceIsAHintAndNoNotice() {
        String text = "{\"noticeTime\": \"2026-01-31T11:57:00Z\"}";
        assertThat(HintForm.read(text, NOW)).contains(Instant.parse("2026-01-31T11:57:00Z"));
        for (NoticeForm form : NoticeForm.values()) {
            assertThat(NoticeWatch.parse(form, HOST, text, NOW)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "<html>404</html>",
                "{\"noticeTime\": \"\"}",
                "{\"noticeTime\": \"soon\"}",
                "{\"noticeTime\": {}}",
                "{\"noticeTime\": [\"2026-01-31T11:57:00Z\"]}",
                "{\"noticeTime\": 1769860620}",
                "{\"noticeTime\": \"2026-01-30T11:57:00Z\"}",
                "{\"noticeTime\": \"2026-01-31T12:57:00Z\"}",
                "{\"noticeTime\": \"+1000000000-12-31T23:59:59Z\"}",
                "{\"action\": \"terminate\", \"time\": \"2026-01-31T12:00:00Z\"}"
            })
    void whatIsNoRecommendationIsNoHint(String text) {
        assertThat(HintForm.read(text, NOW)).isEmpty();
        assertThat(HintForm.read("[".repeat(1 << 20), NOW)).isEmpty();
    }

    @Test
    void anEndlessAnswerIsNoNotice() {
        assertThat(NoticeWatch.parse(NoticeForm.EC2, HOST, "[".repeat(1 << 20), NOW))
                .isEmpty();
    }
}
