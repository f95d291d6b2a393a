package io.supercloud.optimizer.internal;

import io.supercloud.optimizer.OptimizerException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** The lines of a text, plain or gzip; each is bounded, whatever the stream holds. */
public final class LineReader {
    public static final int MAX_LINE_BYTES = 512;

    private static final int GZIP_MAGIC = 0x1f8b;

    private final String name;
    private final InputStream in;
    private int line = 0;

    /** @param name what errors call the text */
    public LineReader(String name, InputStream raw) throws IOException {
        this.name = name;
        this.in = unpacked(raw);
    }

    /** {@code raw} itself, or its content where it is gzip. */
    public static InputStream unpacked(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(in)) : in;
    }

    /** The next line without its end, or null after the last. */
    public String next() throws IOException {
        line++;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        byte[] bytes = new byte[MAX_LINE_BYTES];
        int length = 0;
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (length == MAX_LINE_BYTES) {
                throw bad("the line is longer than %d bytes".formatted(MAX_LINE_BYTES));
            }
            bytes[length++] = (byte) next;
        }
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** An error at the line that was read last. */
    public OptimizerException bad(String problem) {
        return new OptimizerException("%s:%d: %s".formatted(name, line, problem));
    }
}
