package io.supercloud.image;

import io.supercloud.core.SupercloudException;

/** The block pool refused or failed. */
public class ImageStoreException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public ImageStoreException(String message) {
        super(message);
    }

    public ImageStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
