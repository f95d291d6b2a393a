package io.supercloud.core;

/** The registry refused, or could not be reached. */
public abstract sealed class RegistryException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    private RegistryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is an entry where a new one was to be made. */
    public static final class Exists extends RegistryException {
        private static final long serialVersionUID = 1L;

        public Exists(String path) {
            super("the registry already has an entry at " + path, null);
        }
    }

    /** The entry is not the expected one any more. */
    public static final class Changed extends RegistryException {
        private static final long serialVersionUID = 1L;

        public Changed(String path, long expectedVersion) {
            super(
                    "the registry's entry at %s is no longer version %d: somebody else changed it"
                            .formatted(path, expectedVersion),
                    null);
        }
    }

    /** No answer in time; the change may have happened or not. */
    public static final class Unavailable extends RegistryException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String what, Throwable cause) {
            super("the registry did not answer: " + what, cause);
        }
    }
}
