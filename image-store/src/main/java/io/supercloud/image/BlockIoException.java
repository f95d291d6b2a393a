package io.supercloud.image;

/** A request to a block device failed. */
public final class BlockIoException extends ImageStoreException {
    private static final long serialVersionUID = 1L;

    /** What a guest is told. */
    public enum Reason {
        /** This host may not write now: the volume is not open. */
        NOT_PERMITTED,
        OUT_OF_SPACE,
        FAILED
    }

    private final Reason reason;

    public BlockIoException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
