package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of the block pool, as a port: {@link LocalDisk}, or one that fails on purpose. Every method blocks.
 *
 * <p>After a loss of power a file has what {@link DiskFile#force} promised, and any part of what was written since; a
 * directory has the entries that {@link #forceDirectory} promised, and any of the later changes.
 */
public interface Disk {
    /** Opens a file for reading and writing, and creates it where it is not there. */
    DiskFile open(Path path) throws IOException;

    boolean exists(Path path);

    /** The whole content of a small file. */
    byte[] readAll(Path path) throws IOException;

    /** What is in a directory, in the order of the names. */
    List<Path> list(Path directory) throws IOException;

    /** Creates a directory and those above it, where they are not there. */
    void createDirectories(Path directory) throws IOException;

    /** Gives a file or directory another name, in one step; replaces a file of that name. */
    void move(Path from, Path to) throws IOException;

    /** Gives a file a second name. */
    void link(Path file, Path second) throws IOException;

    /** How many names a file has. */
    int links(Path file) throws IOException;

    /** Deletes a file or an empty directory; nothing happens where there is none. */
    void delete(Path path) throws IOException;

    /** Makes the entries of a directory durable. */
    void forceDirectory(Path directory) throws IOException;
}
