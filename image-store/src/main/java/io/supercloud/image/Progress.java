package io.supercloud.image;

/** Is told how far a long operation has come; called on the thread that does the work. */
@FunctionalInterface
public interface Progress {
    void at(long doneBytes, long totalBytes);
}
