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

    @Test
    void anEndWithItsTimeIsANotice() {
        assertThat(NoticeWatch.parse(HOST, "{\"action\": \"terminate\", \"time\": \"2026-01-31T12:00:00Z\"}"))
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
                "{\"action\": [\"terminate\"], \"time\": {}}"
            })
    void whatIsNoEndMovesNothing(String text) {
        assertThat(NoticeWatch.parse(HOST, text)).isEmpty();
    }

    @Test
    void anEndlessAnswerIsNoNotice() {
        assertThat(NoticeWatch.parse(HOST, "[".repeat(1 << 20))).isEmpty();
    }
}
