package io.supercloud.cluster.internal.rpc;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;

/**
 * Input whose length fields are checked against what is left before memory is taken for them: Kryo itself takes the
 * memory first, so that a few bytes could ask for gigabytes.
 */
final class BoundedInput extends Input {
    BoundedInput(byte[] bytes, int offset, int count) {
        super(bytes, offset, count);
    }

    int left() {
        return limit - position;
    }

    /** A number of elements that need {@code elementBytes} each, or more. */
    int readCount(int elementBytes) {
        int count = readVarInt(true);
        requireLeft(count, elementBytes);
        return count;
    }

    private void requireLeft(int count, int elementBytes) {
        if (count < 0 || (long) count * elementBytes > left()) {
            throw new KryoException("a length of " + count + " is beyond the end of the message");
        }
    }

    @Override
    public byte[] readBytes(int length) {
        requireLeft(length, 1);
        return super.readBytes(length);
    }

    @Override
    public long[] readLongs(int length) {
        requireLeft(length, Long.BYTES);
        return super.readLongs(length);
    }

    @Override
    public String readString() {
        requireText();
        return super.readString();
    }

    @Override
    public StringBuilder readStringBuilder() {
        requireText();
        return super.readStringBuilder();
    }

    /** A text is either ASCII to a marked last byte, which cannot run past the end, or a count of characters and UTF-8. */
    private void requireText() {
        int start = position;
        if (readVarIntFlag()) {
            requireLeft(Math.max(0, readVarIntFlag(true) - 1), 1);
        }
        position = start;
    }
}
