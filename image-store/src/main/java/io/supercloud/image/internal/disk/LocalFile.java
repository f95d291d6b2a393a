package io.supercloud.image.internal.disk;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that is opened when it is used, and stays so for as long as {@link OpenFiles} has room for it. A {@link FileChannel}
 * closes itself when a thread that uses it is interrupted, so the file is opened anew then.
 */
final class LocalFile implements DiskFile {
    private final Path path;
    private final OpenFiles files;
    private volatile OpenFile open;
    private boolean closed;

    LocalFile(Path path, OpenFiles files) throws IOException {
        this.path = path;
        this.files = files;
        this.open = files.open(path);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        uninterrupted(file -> {
            ByteBuffer rest = target.duplicate();
            long at = position;
            while (rest.hasRemaining()) {
                int count = file.read(rest, at);
                if (count < 0) {
                    throw new EOFException("%s ends before byte %d".formatted(path, at));
                }
                at += count;
            }
        });
        target.position(target.limit());
    }

    /** False too where the file is not open now: to open it may wait. */
    @Override
    public boolean readNow(long position, ByteBuffer target) {
        OpenFile file = open;
        if (!file.enter()) {
            return false;
        }
        try {
            return file.cached().read(position, target);
        } finally {
            letGo(file);
        }
    }

    private static void letGo(OpenFile file) {
        try {
            file.exit();
        } catch (IOException onlyRead) {
            throw new UncheckedIOException(onlyRead);
        }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        uninterrupted(file -> {
            ByteBuffer rest = source.duplicate();
            long at = position;
            while (rest.hasRemaining()) {
                at += file.write(rest, at);
            }
        });
        source.position(source.limit());
    }

    /** The kernel tells of what it could not write also to who opens the file later. */
    @Override
    public void force() throws IOException {
        uninterrupted(file -> file.force(false));
    }

    @Override
    public long size() throws IOException {
        long[] size = {0};
        uninterrupted(file -> size[0] = file.size());
        return size[0];
    }

    /** The file, open and entered. */
    private OpenFile entered() throws IOException {
        OpenFile known = open;
        return known.channel().isOpen() && known.enter() ? known : reopened();
    }

    private synchronized OpenFile reopened() throws IOException {
        while (true) {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (!open.channel().isOpen()) {
                open.retire();
            }
            if (open.enter()) {
                return open;
            }
            open = files.open(path);
        }
    }

    private void uninterrupted(Operation operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                OpenFile file = entered();
                try {
                    operation.on(file.channel());
                    return;
                } catch (ClosedChannelException closedByInterrupt) {
                    interrupted |= Thread.interrupted();
                } finally {
                    file.exit();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        open.retire();
    }

    @FunctionalInterface
    private interface Operation {
        void on(FileChannel file) throws IOException;
    }
}
