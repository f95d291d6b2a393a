package io.supercloud.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AccountCommandTest {
    @Test
    void theLeastPolicyIsPrintedAsIamTakesIt() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(CommandLineRoot.run("account", "policy", "aws")).isZero();
        } finally {
            System.setOut(before);
        }
        JsonNode policy = JsonMapper.shared().readTree(printed.toString(StandardCharsets.UTF_8));
        assertThat(policy.path("Version").asString()).isEqualTo("2012-10-17");
        assertThat(policy.path("Statement").size()).isEqualTo(7);
    }
}
