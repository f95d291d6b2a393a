package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads of a file that succeed where the kernel has the content in memory, and otherwise fail at once: preadv2(2) with
 * RWF_NOWAIT, which Java has no other way to. The owner makes sure that nobody reads when it closes.
 */
final class CachedReads {
    private static final int READ_ONLY_CLOSE_ON_EXEC = 0x80000;
    private static final int RWF_NOWAIT = 8;
    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    /** Never blocks, so it may run without telling the JVM: that saves a third of its time, and lets it see the heap. */
    private static final MethodHandle PREADV2 = function(
            "preadv2",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT),
            Linker.Option.critical(true));

    private final int descriptor;

    private CachedReads(int descriptor) {
        this.descriptor = descriptor;
    }

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    static CachedReads of(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.invokeExact(arena.allocateFrom(path.toString()), READ_ONLY_CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw new IOException("%s can not be opened: are there too many open files?".formatted(path));
            }
            return new CachedReads(descriptor);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fills {@code target}, a direct buffer, or returns false: then its content is undefined. */
    boolean read(long position, ByteBuffer target) {
        if (!target.isDirect()) {
            return false;
        }
        int wanted = target.remaining();
        long[] vector = {MemorySegment.ofBuffer(target).address(), wanted};
        try {
            long count = (long) PREADV2.invokeExact(descriptor, MemorySegment.ofArray(vector), 1, position, RWF_NOWAIT);
            return count == wanted;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
