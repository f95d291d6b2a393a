package io.supercloud.app;

import io.supercloud.app.cli.CommandLineRoot;

/** The command line's entry. */
public final class Supercloud {
    private Supercloud() {}

    public static void main(String[] arguments) {
        exit(CommandLineRoot.run(arguments));
    }

    /** The one way out that does not wait for threads. */
    static void exit(int code) {
        System.exit(code);
    }
}
