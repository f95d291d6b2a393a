package io.supercloud.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where files of settings are read. */
public final class Settings {
    /** The largest file that is read. */
    public static final int MAX_FILE_BYTES = 1024 * 1024;

    /** How deep mappings and lists may stand in each other. */
    public static final int MAX_NESTING_LEVELS = 32;

    private Settings() {}

    /**
     * The one document in {@code text}.
     *
     * @param sourceName what errors call the text, for example its file's name
     * @throws SettingsException where the text is not one document of the language of this package
     */
    public static Node parse(String sourceName, String text) {
        if (text.length() > MAX_FILE_BYTES) {
            throw new SettingsException(
                    "%s: settings have at most %d characters".formatted(sourceName, MAX_FILE_BYTES), null);
        }
        return new TreeBuilder(sourceName).build(text);
    }

    /**
     * The one document in {@code file}; blocks while it is read.
     *
     * @throws SettingsException where the file cannot be read, or its content is wrong
     */
    public static Node read(Path file) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new SettingsException("%s: there is no such file".formatted(file), e);
        } catch (IOException e) {
            throw new SettingsException("%s: the file cannot be read: %s".formatted(file, e.getMessage()), e);
        }
        if (content.length > MAX_FILE_BYTES) {
            throw new SettingsException(
                    "%s: a file of settings has at most %d bytes".formatted(file, MAX_FILE_BYTES), null);
        }
        try {
            return parse(
                    file.toString(),
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new SettingsException("%s: the file is not UTF-8 text".formatted(file), e);
        }
    }
}
