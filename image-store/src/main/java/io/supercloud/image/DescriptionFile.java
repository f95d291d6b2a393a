package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;

/** The description of a volume as a properties file; it changes only when the volume grows. */
final class DescriptionFile {
    private static final String FORM = "form";
    private static final String FORM_VERSION = "3";
    private static final String BASE = "base";
    private static final String SIZE = "sizeBytes";
    private static final String KEY = "key";
    private static final String SALT = "salt";
    private static final String CHECK = "check";
    private static final String SERIAL = "serial";
    private static final String DURABILITY = "durability";

    private DescriptionFile() {}

    static ByteBuffer text(VolumeDescription description) {
        String text = "%s=%s%n%s=%s%n%s=%d%n%s=%d%n%s=%s%n"
                .formatted(
                        FORM,
                        FORM_VERSION,
                        BASE,
                        description.base(),
                        SIZE,
                        description.sizeBytes(),
                        SERIAL,
                        description.serial(),
                        DURABILITY,
                        description.durability());
        Encryption encryption = description.encryption();
        String more = encryption.isOn()
                ? "%s=%s%n%s=%s%n%s=%s%n"
                        .formatted(KEY, encryption.key(), SALT, encryption.salt(), CHECK, encryption.check())
                : "";
        return ByteBuffer.wrap((text + more).getBytes(StandardCharsets.ISO_8859_1));
    }

    static VolumeDescription read(String name, Path file, byte[] content) throws IOException {
        Properties properties = new Properties();
        properties.load(new ByteArrayInputStream(content));
        if (!FORM_VERSION.equals(properties.getProperty(FORM))) {
            throw new IOException(
                    "%s is not of form %s: it was written by another version".formatted(file, FORM_VERSION));
        }
        try {
            return new VolumeDescription(
                    name,
                    new ImageId(properties.getProperty(BASE)),
                    Long.parseLong(properties.getProperty(SIZE)),
                    Long.parseLong(properties.getProperty(SERIAL)),
                    Durability.parse(properties.getProperty(DURABILITY, "")),
                    new Encryption(
                            properties.getProperty(KEY, ""),
                            properties.getProperty(SALT, ""),
                            properties.getProperty(CHECK, "")));
        } catch (NumberFormatException | InvalidValueException e) {
            throw new IOException("%s is damaged".formatted(file), e);
        }
    }
}
