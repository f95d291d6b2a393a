package io.supercloud.overlay.cloud.local.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The directory that is an instance's disk, and the files that its services read. */
record InstanceDirectory(Path path) {
    private static final int CONSOLE_LINES = 3;

    boolean booted() {
        return Files.exists(path.resolve("booted"));
    }

    /** Whether the instance has ended by itself. */
    boolean ended() {
        return Files.exists(path.resolve("ended"));
    }

    /** The last words of its console or, where it has none, of its init. */
    String console() {
        try {
            Path console = path.resolve("log/console");
            List<String> lines =
                    Files.readAllLines(Files.exists(console) ? console : path.resolve("log/init"), ISO_8859_1);
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - CONSOLE_LINES), lines.size()));
        } catch (IOException e) {
            return "nothing that can be read";
        }
    }

    /** Writes what the metadata service tells. */
    void prepare(InstanceRecord record) throws IOException {
        for (String name : new String[] {"log", "metadata/latest/meta-data/spot"}) {
            Files.createDirectories(path.resolve(name));
        }
        tell("instance-id", record.id());
        tell("instance-type", record.instanceType());
        tell("placement/availability-zone", record.zone());
        tell("local-ipv4", record.address().toString());
        tell("local-hostname", record.name());
    }

    void write(String file, String text) throws IOException {
        Path written = path.resolve(file);
        Files.createDirectories(written.getParent());
        Files.writeString(written, text);
    }

    private void tell(String item, String value) throws IOException {
        Path file = path.resolve("metadata/latest/meta-data").resolve(item);
        Files.createDirectories(file.getParent());
        InstanceRecord.replace(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Shows the instance when it will be taken away, as EC2 does two minutes ahead. */
    void notice(Instant deadline) throws IOException {
        InstanceRecord.replace(path.resolve("deadline"), deadline.toString());
        Instant shown = deadline.truncatedTo(ChronoUnit.SECONDS);
        tell("spot/instance-action", "{\"action\":\"terminate\",\"time\":\"%s\"}".formatted(shown));
        tell("spot/termination-time", shown.toString());
    }

    /** When the instance is to be taken away; empty while nobody has given notice. */
    Optional<Instant> deadline() throws IOException {
        try {
            return Optional.of(Instant.parse(Files.readString(path.resolve("deadline"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
