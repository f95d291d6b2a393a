package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.image.ImageFormat;
import io.supercloud.image.KeyReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Disk images. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Disk images that VMs boot.",
        subcommands = {
            ImageCommand.Import.class,
            ImageCommand.Export.class,
            ImageCommand.List.class,
            ImageCommand.Remove.class
        })
final class ImageCommand {

    private static final String FORMATS =
            "raw, qcow2, vmdk or vhdx; by the end of the file's name where it is left out.";

    @Command(name = "import", mixinStandardHelpOptions = true, description = "Import a disk image.")
    static final class Import implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "NAME")
        private String name;

        @Parameters(index = "1", paramLabel = "FILE")
        private Path file;

        @Option(names = "--format", paramLabel = "FORMAT", description = FORMATS)
        private String format;

        @Option(names = "--site", paramLabel = "SITE", description = "Where to; may be repeated (default: every site).")
        private java.util.List<String> sites = java.util.List.of();

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description =
                        "Encrypt the disks of VMs over it with this key, which each host that runs one finds for itself:"
                                + " env:NAME, file:/PATH or 'command:/PATH ARGUMENTS'.")
        private String key;

        @Override
        public Integer call() {
            if (!Files.isReadable(file)) {
                throw new CliException(CliException.FAILED, "%s cannot be read".formatted(file));
            }
            Answers.Image image = options.manager()
                    .ask(
                            new ControlRequest.ImportImage(
                                    new ImageId(name),
                                    file.toAbsolutePath().toString(),
                                    format(format, file),
                                    sites.stream().map(SiteId::new).toList(),
                                    Optional.ofNullable(key).map(KeyReference::new)),
                            Answers.Image.class,
                            options.progress());
            options.print(image, Texts.image(image));
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
            options.print(images, Arrays.stream(images).map(Texts::image).collect(Collectors.joining("\n")));
            return 0;
        }
    }

    @Command(name = "export", mixinStandardHelpOptions = true, description = "Write an image to a new file.")
    static final class Export implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "NAME")
        private String name;

        @Parameters(index = "1", paramLabel = "FILE")
        private Path file;

        @Option(names = "--format", paramLabel = "FORMAT", description = FORMATS)
        private String format;

        @Override
        public Integer call() {
            Answers.Image image = options.manager()
                    .ask(
                            new ControlRequest.ExportImage(
                                    new ImageId(name), file.toAbsolutePath().toString(), format(format, file)),
                            Answers.Image.class,
                            options.progress());
            options.print(image, "%s is in %s".formatted(image.image(), file));
            return 0;
        }
    }

    @Command(
            name = "rm",
            mixinStandardHelpOptions = true,
            description = "Delete an image at every site that no VM is based on.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "NAME")
        private String name;

        @Override
        public Integer call() {
            String removed = options.manager()
                    .ask(new ControlRequest.RemoveImage(new ImageId(name)), String.class, options.progress());
            options.print(removed, "image %s is deleted".formatted(removed));
            return 0;
        }
    }

    private static ImageFormat format(String wanted, Path file) {
        if (wanted != null) {
            return ImageFormat.ofWord(wanted);
        }
        return ImageFormat.ofFile(file.getFileName().toString())
                .orElseThrow(() -> new CliException(
                        CliException.FAILED,
                        "the name of %s does not say what format it has: give --format".formatted(file)));
    }
}
