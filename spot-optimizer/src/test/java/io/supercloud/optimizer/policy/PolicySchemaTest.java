package io.supercloud.optimizer.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicySchemaTest {
    private final JsonNode schema = JsonMapper.shared().readTree(PolicySchema.text());

    @Test
    void theSchemaHasEachKeyWithItsMeaningAndNoOther() {
        assertThat(schema.at("/additionalProperties").asBoolean(true)).isFalse();
        for (Key<?> key : Keys.all()) {
            String place = "/properties/" + key.path().replace(".", "/properties/");
            assertThat(schema.at(place + "/description").asString(""))
                    .as(key.path())
                    .isEqualTo(key.means());
            assertThat(schema.at("/properties/vms/additionalProperties" + place).isMissingNode())
                    .as("%s of a VM", key)
                    .isEqualTo(key.scope() == Key.Scope.SLICE);
        }
        assertThat(schema.at("/required/0").asString()).isEqualTo("name");
    }

    @Test
    void thePublishedSchemaIsTheOneOfTheTable() throws IOException {
        assertThat(Path.of("src/main/resources/io/supercloud/optimizer/policy/policy.schema.json"))
                .content()
                .isEqualTo(PolicySchema.text());
    }

    @Test
    void theReadmeTellsOfEachKey() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        for (Key<?> key : Keys.all()) {
            assertThat(readme).as(key.path()).contains("`" + key.path() + "`");
        }
    }
}
