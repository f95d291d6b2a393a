package io.supercloud.objects;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.KeyReference;

/**
 * Where the object store of a site is, and as whom it is spoken to.
 *
 * @param endpoint a URL; empty for the provider's own
 * @param region where the provider needs one, otherwise empty
 * @param container a bucket, which must be there
 * @param credential refers to {@code IDENTITY:SECRET}: S3's access key and secret key, Swift's {@code PROJECT:USER:PASSWORD}, Azure's account
 *     and key, Google's client e-mail and private key
 */
public record ObjectSettings(
        Provider provider, String endpoint, String region, String container, KeyReference credential) {
    private static final int MAX_LENGTH = 256;

    /** What speaks to the store; the name is jclouds's. */
    public enum Provider {
        /** Anything that speaks S3, at an endpoint. */
        S3("s3"),
        AWS_S3("aws-s3"),
        SWIFT("openstack-swift"),
        AZURE("azureblob"),
        GOOGLE("google-cloud-storage");

        private final String id;

        Provider(String id) {
            this.id = id;
        }

        String id() {
            return id;
        }

        private boolean needsEndpoint() {
            return this == S3 || this == SWIFT;
        }
    }

    public ObjectSettings {
        require(
                endpoint.isEmpty() ? !provider.needsEndpoint() : endpoint.matches("https?://[A-Za-z0-9:/._@%+-]+"),
                "endpoint",
                endpoint);
        require(region.matches("[A-Za-z0-9-]*"), "region", region);
        require(container.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,62}"), "container", container);
    }

    private static void require(boolean right, String key, String value) {
        if (!right || value.length() > MAX_LENGTH) {
            throw new InvalidValueException("'%s' is no %s of an object store".formatted(value, key));
        }
    }

    @Override
    public String toString() {
        return "%s %s".formatted(endpoint.isEmpty() ? provider.id() : endpoint, container);
    }
}
