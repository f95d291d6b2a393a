package io.supercloud.image;

import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk in memory that stops within its n-th change, as for a process that is killed or a host that loses its power. What
 * a force has not promised may be there afterwards or not: each sector and each name for itself.
 */
final class SimulatedDisk implements Disk {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    /** One write in so many makes some older ones durable too, as a kernel does at any time. */
    private static final int WRITE_BACK_ONE_IN = 8;

    private static final int FULL_ONE_IN = 20;

    private final SplittableRandom random;
    private final Folder root = new Folder();
    private long changesLeft;
    private int life;
    private boolean nearlyFull;

    private sealed interface Node {}

    private static final class Folder implements Node {
        private final Map<String, Node> names = new TreeMap<>();
        private final Map<String, Node> durable = new TreeMap<>();
        private final List<Change> unforced = new ArrayList<>();
    }

    private static final class Content implements Node {
        private final Map<Long, byte[]> pages = new HashMap<>();
        /** What is durable of pages that were written since. */
        private final Map<Long, byte[]> older = new TreeMap<>();

        private long size;
        private long durableSize;
    }

    /** A change of the names in one folder. */
    private sealed interface Change {
        record Put(String name, Node node) implements Change {}

        record Remove(String name) implements Change {}

        record Rename(String from, String to) implements Change {}

        default void apply(Map<String, Node> names) {
            switch (this) {
                case Put(String name, Node node) -> names.put(name, node);
                case Remove(String name) -> names.remove(name);
                case Rename(String from, String to) -> {
                    Node node = names.remove(from);
                    if (node != null) {
                        names.put(to, node);
                    }
                }
            }
        }
    }

    SimulatedDisk(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Begins the life of the next process, which ends within the n-th change from now on. */
    synchronized SimulatedDisk restart(long changes) {
        life++;
        changesLeft = changes;
        nearlyFull = false;
        return this;
    }

    /** From now on, in this life, some writes find no space. */
    synchronized void fill() {
        nearlyFull = true;
    }

    synchronized boolean hasStopped() {
        return changesLeft <= 0;
    }

    /** Makes all folders durable. */
    synchronized void settle() {
        settle(root);
    }

    private static void settle(Folder folder) {
        makeDurable(folder);
        for (Node node : folder.names.values()) {
            if (node instanceof Folder inner) {
                settle(inner);
            }
        }
    }

    synchronized void losePower() {
        losePower(root);
    }

    private void losePower(Folder folder) {
        folder.names.clear();
        folder.names.putAll(folder.durable);
        for (Change change : folder.unforced) {
            if (random.nextBoolean()) {
                change.apply(folder.names);
            }
        }
        makeDurable(folder);
        for (Node node : folder.names.values()) {
            switch (node) {
                case Folder inner -> losePower(inner);
                case Content content -> loseSectors(content);
            }
        }
    }

    private static void makeDurable(Folder folder) {
        folder.durable.clear();
        folder.durable.putAll(folder.names);
        folder.unforced.clear();
    }

    private void loseSectors(Content content) {
        content.older.forEach((number, older) -> {
            byte[] page = content.pages.get(number);
            for (int at = 0; at < PAGE; at += SECTOR) {
                if (random.nextBoolean()) {
                    System.arraycopy(older, at, page, at, SECTOR);
                }
            }
        });
        content.older.clear();
        if (random.nextInt(4) == 0) {
            content.size = content.durableSize + (content.size - content.durableSize) / PAGE / 2 * PAGE;
            content.pages.keySet().removeIf(number -> number * PAGE >= content.size);
        }
        content.durableSize = content.size;
    }

    /** To be called before each change; the one that ends this life may still be made in part. */
    private boolean isLast(int ofLife) throws IOException {
        requireLife(ofLife);
        changesLeft--;
        return changesLeft == 0;
    }

    private void requireLife(int ofLife) throws IOException {
        if (changesLeft <= 0 || ofLife != life) {
            throw ended();
        }
    }

    private static IOException ended() {
        return new IOException("this process has been killed");
    }

    private void change(Folder folder, Change change) throws IOException {
        boolean last = isLast(life);
        if (!last || random.nextBoolean()) {
            change.apply(folder.names);
            folder.unforced.add(change);
        }
        if (last) {
            throw ended();
        }
    }

    private Folder folderOf(Path path) throws IOException {
        Folder folder = root;
        for (Path name : path.getParent()) {
            if (!(folder.names.get(name.toString()) instanceof Folder inner)) {
                throw new NoSuchFileException(path.toString());
            }
            folder = inner;
        }
        return folder;
    }

    private Node node(Path path) throws IOException {
        return folderOf(path).names.get(path.getFileName().toString());
    }

    private <T extends Node> T node(Path path, Class<T> kind) throws IOException {
        requireLife(life);
        Node node = node(path);
        if (!kind.isInstance(node)) {
            throw new NoSuchFileException(path.toString());
        }
        return kind.cast(node);
    }

    @Override
    public synchronized DiskFile open(Path path) throws IOException {
        requireLife(life);
        if (node(path) == null) {
            change(folderOf(path), new Change.Put(path.getFileName().toString(), new Content()));
        }
        return new OpenFile(path, node(path, Content.class), life);
    }

    @Override
    public synchronized boolean exists(Path path) {
        try {
            return node(path) != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized byte[] readAll(Path path) throws IOException {
        Content content = node(path, Content.class);
        ByteBuffer all = ByteBuffer.allocate((int) content.size);
        new OpenFile(path, content, life).read(0, all);
        return all.array();
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        return node(directory, Folder.class).names.keySet().stream()
                .map(directory::resolve)
                .toList();
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && parent.getFileName() != null) {
            createDirectories(parent);
        }
        if (!exists(directory)) {
            change(folderOf(directory), new Change.Put(directory.getFileName().toString(), new Folder()));
        }
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        node(from, Node.class);
        change(
                folderOf(from),
                new Change.Rename(
                        from.getFileName().toString(), to.getFileName().toString()));
    }

    @Override
    public synchronized void link(Path file, Path second) throws IOException {
        if (exists(second)) {
            throw new FileAlreadyExistsException(second.toString());
        }
        Node content = node(file, Content.class);
        change(folderOf(second), new Change.Put(second.getFileName().toString(), content));
    }

    @Override
    public synchronized int links(Path file) throws IOException {
        return names(root, node(file, Content.class));
    }

    private static int names(Folder folder, Node wanted) {
        int count = 0;
        for (Node node : folder.names.values()) {
            count += node instanceof Folder inner ? names(inner, wanted) : node == wanted ? 1 : 0;
        }
        return count;
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        requireLife(life);
        if (exists(path)) {
            change(folderOf(path), new Change.Remove(path.getFileName().toString()));
        }
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        Folder folder = node(directory, Folder.class);
        if (isLast(life)) {
            throw ended();
        }
        makeDurable(folder);
    }

    private final class OpenFile implements DiskFile {
        private final Path path;
        private final Content content;
        private final int openedIn;

        OpenFile(Path path, Content content, int openedIn) {
            this.path = path;
            this.content = content;
            this.openedIn = openedIn;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            synchronized (SimulatedDisk.this) {
                requireLife(openedIn);
                if (position + target.remaining() > content.size) {
                    throw new EOFException("%s has %d bytes".formatted(path, content.size));
                }
                for (long at = position; target.hasRemaining(); ) {
                    int within = (int) (at % PAGE);
                    int length = Math.min(target.remaining(), PAGE - within);
                    byte[] page = content.pages.get(at / PAGE);
                    target.put(page == null ? new byte[PAGE] : page, within, length);
                    at += length;
                }
            }
        }

        @Override
        public boolean readNow(long position, ByteBuffer target) {
            return false;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            synchronized (SimulatedDisk.this) {
                boolean last = isLast(openedIn);
                boolean full = nearlyFull && random.nextInt(FULL_ONE_IN) == 0;
                long part = position + random.nextInt(source.remaining()) / PAGE * PAGE;
                long end = full || (last && random.nextBoolean()) ? part : Long.MAX_VALUE;
                for (long at = position; source.hasRemaining() && at < end; ) {
                    int within = (int) (at % PAGE);
                    int length = Math.min(source.remaining(), PAGE - within);
                    source.get(changing(at / PAGE), within, length);
                    at += length;
                    content.size = Math.max(content.size, at);
                }
                if (last) {
                    throw ended();
                }
                if (full) {
                    throw new IOException("No space left on device");
                }
                if (random.nextInt(WRITE_BACK_ONE_IN) == 0) {
                    content.older.keySet().removeIf(number -> random.nextBoolean());
                }
            }
        }

        private byte[] changing(long number) {
            byte[] page = content.pages.computeIfAbsent(number, absent -> new byte[PAGE]);
            content.older.computeIfAbsent(number, unchanged -> page.clone());
            return page;
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                if (isLast(openedIn)) {
                    throw ended();
                }
                content.older.clear();
                content.durableSize = content.size;
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                requireLife(openedIn);
                return content.size;
            }
        }

        @Override
        public void close() {}
    }
}
