package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Owner;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoleFileTest {
    @TempDir
    Path directory;

    @Test
    void everyRoleComesBackAsItWas() {
        for (Role role : List.of(
                new Role.Owning(new Owner(Samples.EAST, 4)),
                new Role.Arriving(Samples.order("m1")),
                new Role.Left(new Owner(Samples.WEST, 5)))) {
            RoleFile.of(Samples.spec(), role).write(directory);

            assertThat(RoleFile.readAll(directory)).singleElement().satisfies(file -> {
                assertThat(file.role()).isEqualTo(role);
                assertThat(file.spec()).isEqualTo(Samples.spec());
            });
        }
    }

    @Test
    void aDeletedRoleIsGoneAndMayBeDeletedAgain() {
        RoleFile.of(Samples.spec(), new Role.Left(Samples.BEFORE)).write(directory);
        RoleFile.delete(directory, Samples.VM);
        RoleFile.delete(directory, Samples.VM);
        assertThat(RoleFile.readAll(directory)).isEmpty();
    }

    @Test
    void whatACrashLeftHalfWrittenIsNotRead() throws IOException {
        RoleFile.of(Samples.spec(), new Role.Left(Samples.BEFORE)).write(directory);
        Files.writeString(directory.resolve("web").resolve("role.json.new"), "{\"spec\":");
        assertThat(RoleFile.readAll(directory)).hasSize(1);
    }

    @Test
    void aSpoiledFileIsRefusedByName() throws IOException {
        Path file = Files.createDirectories(directory.resolve("web")).resolve("role.json");
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> RoleFile.readAll(directory))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void anEmptyOrMissingFolderHasNoRoles() {
        assertThat(RoleFile.readAll(directory)).isEmpty();
        assertThat(RoleFile.readAll(directory.resolve("missing"))).isEmpty();
    }
}
