package io.supercloud.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.KeyReference;
import io.supercloud.objects.ObjectSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SiteObjectsTest {
    private static SiteObjects store(String credential) {
        return new SiteObjects.Cloud(new ObjectSettings(
                ObjectSettings.Provider.S3, "http://127.0.0.1:4568", "", "objects", new KeyReference(credential)));
    }

    @Test
    void hostsAreGivenTheCredentialThatAVariableHolds() {
        assertThat(store("env:PATH").environment()).isEqualTo(Map.of("PATH", System.getenv("PATH")));
    }

    @Test
    void whatHostsReadForThemselvesTheyAreNotGiven() {
        assertThat(store("file:/etc/hostname").environment()).isEmpty();
        assertThat(new SiteObjects.Directory(Path.of("/objects")).environment()).isEmpty();
    }

    @Test
    void aVariableThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> store("env:SUPERCLOUD_NO_SUCH_VARIABLE").environment())
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("env:SUPERCLOUD_NO_SUCH_VARIABLE is not in the environment here");
    }
}
