package io.supercloud.benchmarks;

/** One of the two that are compared: a guest, two places, and a client at the first of them. Not safe for several threads. */
interface MovingSide extends AutoCloseable {
    /** Makes places and guest; returns when the guest answers its client. */
    void begin();

    /** Asks the guest's daemon; see the table in {@code blanket-images/README.md}. */
    String ask(String command);

    /** Moves the guest to the other place. The client asks meanwhile, and at no other time. */
    MoveSample move();

    /** Called while the guest is at the first place: from now on a guest whose disk has never been at the second one. */
    void fresh();

    /** Removes everything, however far {@link #begin} came. Removing twice is no error. */
    @Override
    void close();
}
