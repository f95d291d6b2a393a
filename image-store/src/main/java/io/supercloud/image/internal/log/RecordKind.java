package io.supercloud.image.internal.log;

/** What a record says of its block. The code 0 is invalid. */
public enum RecordKind {
    /** The block's content follows. */
    DATA(1),
    /** The block is all zeroes. */
    ZERO(2),
    /** The block has this version, but its content is only at the former host. */
    ABSENT(3),
    /** The block is as in the base image again. */
    BASE(4),
    /** Not about a block: the volume's state, and the highest version given so far. */
    STATE(5),
    /** Not about a block: how much of the log is durable. */
    FORCED(6);

    private static final RecordKind[] BY_CODE = {null, DATA, ZERO, ABSENT, BASE, STATE, FORCED};

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The kind with this code, or null where there is none. */
    public static RecordKind of(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
