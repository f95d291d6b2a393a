package io.supercloud.image;

import io.supercloud.core.InvalidValueException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A format of image files, by the name that qemu-img has for it in lower case. */
public enum ImageFormat {
    RAW,
    QCOW2,
    VMDK,
    VHDX;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws InvalidValueException where there is no such format */
    public static ImageFormat ofWord(String word) {
        return find(word)
                .orElseThrow(() -> new InvalidValueException("'%s' is no image format that is known here; there are %s"
                        .formatted(
                                word,
                                Arrays.stream(values()).map(ImageFormat::word).collect(Collectors.joining(", ")))));
    }

    /** By the end of a file's name: {@code debian.qcow2}; empty where that says nothing. */
    public static Optional<ImageFormat> ofFile(String fileName) {
        String end = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return end.equals("img") ? Optional.of(RAW) : find(end);
    }

    private static Optional<ImageFormat> find(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word))
                .findFirst();
    }
}
