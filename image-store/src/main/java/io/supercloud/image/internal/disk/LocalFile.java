package io.supercloud.image.internal.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A {@link FileChannel} closes itself when a thread that uses it is interrupted, so it is opened anew then. */
final class LocalFile implements DiskFile {
    private final Path path;
    private final CachedReads cached;
    private FileChannel channel;
    private boolean closed;

    LocalFile(Path path) throws IOException {
        this.path = path;
        this.channel = open(path);
        this.cached = CachedReads.of(path);
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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

    @Override
    public boolean readNow(long position, ByteBuffer target) {
        return cached.read(position, target);
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

    @Override
    public void force() throws IOException {
        uninterrupted(file -> file.force(false));
    }

    @Override
    public long size() throws IOException {
        return current().size();
    }

    private synchronized FileChannel current() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (!channel.isOpen()) {
            channel = open(path);
        }
        return channel;
    }

    private void uninterrupted(Operation operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel file = current();
                try {
                    operation.on(file);
                    return;
                } catch (ClosedChannelException closedByInterrupt) {
                    interrupted |= Thread.interrupted();
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
        cached.close();
        channel.close();
    }

    @FunctionalInterface
    private interface Operation {
        void on(FileChannel file) throws IOException;
    }
}
