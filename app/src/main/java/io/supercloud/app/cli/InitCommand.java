package io.supercloud.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a first configuration. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Write a configuration to begin with: three local clouds.")
final class InitCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "FILE", defaultValue = "supercloud.yaml", description = "Default: ${DEFAULT-VALUE}.")
    private Path file;

    @Override
    public Integer call() throws IOException {
        try (InputStream template = InitCommand.class.getResourceAsStream("/io/supercloud/app/config/local.yaml")) {
            Files.copy(template, file);
        } catch (FileAlreadyExistsException e) {
            throw new CliException(CliException.FAILED, "%s exists already: name another file".formatted(file));
        }
        options.print(
                Map.of("file", file.toString()), "wrote %s; next: supercloud up --config %s".formatted(file, file));
        return 0;
    }
}
