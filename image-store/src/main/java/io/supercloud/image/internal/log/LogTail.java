package io.supercloud.image.internal.log;

import java.io.IOException;
import java.util.OptionalLong;

/** Reads the durable records of a log in their order, while it goes on. For one reader. */
public interface LogTail {
    /**
     * From now on all records are kept for this reader, up to {@code mostBytes} that nobody else needs; called under the lock of those that
     * append.
     *
     * @return where the next record will be
     */
    long begin(long mostBytes);

    /** Where the log ends, whether that is durable or not. */
    long head();

    /**
     * Passes the durable records from a place on to {@code visitor}, of one segment at most, and lets go of what is before that place.
     *
     * @return the place behind the last of them, which is {@code place} where there is none; empty where they are not kept any more: begin
     *     anew
     */
    OptionalLong visit(long place, BlockLog.Visitor visitor) throws IOException;

    /** Nothing is kept for this reader any more. */
    void end();
}
