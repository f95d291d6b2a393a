package io.supercloud.app;

import io.supercloud.app.cli.CommandLineRoot;

/** The command line's entry. */
public final class Supercloud {
    private Supercloud() {}

    public static void main(String[] arguments) {
        System.exit(CommandLineRoot.run(arguments));
    }
}
