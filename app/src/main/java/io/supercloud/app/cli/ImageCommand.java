package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Disk images. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Disk images that VMs boot.",
        subcommands = {ImageCommand.Import.class, ImageCommand.List.class})
final class ImageCommand {

    @Command(name = "import", mixinStandardHelpOptions = true, description = "Import a raw disk image to every site.")
    static final class Import implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "NAME")
        private String name;

        @Parameters(index = "1", paramLabel = "FILE")
        private Path file;

        @Override
        public Integer call() {
            if (!Files.isReadable(file)) {
                throw new CliException(CliException.FAILED, "%s cannot be read".formatted(file));
            }
            Answers.Image image = options.manager()
                    .ask(
                            new ControlRequest.ImportImage(
                                    new ImageId(name), file.toAbsolutePath().toString()),
                            Answers.Image.class,
                            options.progress());
            options.print(image, text(image));
            return 0;
        }
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, description = "List images.")
    static final class List implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Override
        public Integer call() {
            Answers.Image[] images =
                    options.manager().ask(new ControlRequest.ListImages(), Answers.Image[].class, options.progress());
            options.print(images, Arrays.stream(images).map(ImageCommand::text).collect(Collectors.joining("\n")));
            return 0;
        }
    }

    private static String text(Answers.Image image) {
        return "%-20s %6d MiB, %d MiB stored at each of %s"
                .formatted(
                        image.image(),
                        image.sizeBytes() >> 20,
                        image.storedBytes() >> 20,
                        String.join(", ", image.sites()));
    }
}
