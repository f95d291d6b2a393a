package io.supercloud.image.internal.nbd;

import io.supercloud.image.ImageStoreException;

/** A client does not speak the protocol; it is disconnected. */
final class NbdProtocolException extends ImageStoreException {
    private static final long serialVersionUID = 1L;

    NbdProtocolException(String message) {
        super(message);
    }
}
