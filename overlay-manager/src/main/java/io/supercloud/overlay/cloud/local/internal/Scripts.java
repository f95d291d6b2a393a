package io.supercloud.overlay.cloud.local.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shell scripts that stand beside this class. */
final class Scripts {
    /** What the init of an instance does. */
    static final String INIT = read("init.sh");

    /** What runs an instance that is a virtual machine. */
    static final String MACHINE = read("machine.sh");

    /** The end of an instance, from any state. */
    static final String TERMINATE = read("terminate.sh");

    private Scripts() {}

    private static String read(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
