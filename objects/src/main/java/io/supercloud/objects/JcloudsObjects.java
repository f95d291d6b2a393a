package io.supercloud.objects;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import com.google.common.io.ByteSource;
import com.google.common.util.concurrent.UncheckedTimeoutException;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.jclouds.Constants;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.domain.PageSet;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.GetOptions;
import org.jclouds.blobstore.options.ListContainerOptions;
import org.jclouds.http.HttpResponseException;
import org.jclouds.rest.AuthorizationException;
import org.jclouds.rest.ResourceNotFoundException;
import org.jclouds.s3.reference.S3Constants;

/**
 * Objects in a container of a cloud's object store. Connects when it is asked first, so a store that is away, or a credential that is not here, is
 * an error of that call. Content goes with its MD5, so that the store refuses what the way has damaged.
 */
public final class JcloudsObjects implements ObjectStore {
    private static final String CONNECT_LIMIT_MILLIS = "5000";
    private static final String ANSWER_LIMIT_MILLIS = "20000";
    /** Beside the first try; jclouds waits longer before each. */
    private static final String MAX_RETRIES = "3";

    /** As AWS has it; most stores do not take jclouds's default, version 2, any more. */
    private static final String SIGNATURE_VERSION = "4";

    private static final int PAGE_KEYS = 1_000;

    private final ObjectSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private BlobStoreContext context;
    private boolean closed;

    public JcloudsObjects(ObjectSettings settings) {
        this.settings = settings;
    }

    private BlobStore connected() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the object store %s is closed".formatted(settings));
            }
            if (context == null) {
                context = connect();
            }
            return context.getBlobStore();
        } finally {
            lock.unlock();
        }
    }

    private BlobStoreContext connect() throws IOException {
        String credential = settings.credential().credential();
        int colon = credential.lastIndexOf(':');
        if (colon <= 0) {
            throw new IOException("the credential %s of the object store %s is not of the form IDENTITY:SECRET"
                    .formatted(settings.credential(), settings));
        }
        ContextBuilder builder = ContextBuilder.newBuilder(settings.provider().id())
                .credentials(credential.substring(0, colon), credential.substring(colon + 1))
                .overrides(properties());
        if (!settings.endpoint().isEmpty()) {
            builder.endpoint(settings.endpoint());
        }
        return builder.buildView(BlobStoreContext.class);
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.setProperty(Constants.PROPERTY_CONNECTION_TIMEOUT, CONNECT_LIMIT_MILLIS);
        properties.setProperty(Constants.PROPERTY_SO_TIMEOUT, ANSWER_LIMIT_MILLIS);
        properties.setProperty(Constants.PROPERTY_MAX_RETRIES, MAX_RETRIES);
        properties.setProperty(Constants.PROPERTY_STRIP_EXPECT_HEADER, "true");
        if (settings.provider() == ObjectSettings.Provider.S3) {
            properties.setProperty(S3Constants.PROPERTY_S3_VIRTUAL_HOST_BUCKETS, "false");
            properties.setProperty(S3Constants.PROPERTY_SIGNER_VERSION, SIGNATURE_VERSION);
        }
        if (!settings.region().isEmpty()) {
            properties.setProperty("jclouds.regions", settings.region());
            properties.setProperty("jclouds.region", settings.region());
        }
        return properties;
    }

    /** What is asked of the store. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(BlobStore store) throws IOException;
    }

    /** jclouds throws what it likes: all of it means that the store did not do it. */
    private <T> T ask(String what, Question<T> question) throws IOException {
        try {
            return question.ask(connected());
        } catch (AuthorizationException e) {
            throw new IOException(
                    "the object store %s does not let the credential %s %s"
                            .formatted(settings, settings.credential(), what),
                    e);
        } catch (HttpResponseException
                | IllegalStateException
                | UncheckedTimeoutException
                | ResourceNotFoundException e) {
            throw new IOException("the object store %s failed to %s: %s".formatted(settings, what, e.getMessage()), e);
        }
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        ObjectStore.requireKey(key);
        ByteSource bytes = bytes(content);
        ask(
                "put " + key,
                store -> store.putBlob(
                        settings.container(),
                        store.blobBuilder(key)
                                .payload(bytes)
                                .contentLength(content.remaining())
                                .contentMD5(bytes.hash(md5()))
                                .build()));
    }

    /** Not copied where it is in an array: a segment is large. */
    private static ByteSource bytes(ByteBuffer content) {
        if (content.hasArray()) {
            return ByteSource.wrap(content.array())
                    .slice(content.arrayOffset() + content.position(), content.remaining());
        }
        byte[] copy = new byte[content.remaining()];
        content.duplicate().get(copy);
        return ByteSource.wrap(copy);
    }

    /** What stores compare content with: against damage on the way, not against enemies. */
    @SuppressWarnings("deprecation")
    private static HashFunction md5() {
        return Hashing.md5();
    }

    @Override
    public Optional<ByteBuffer> get(String key) throws IOException {
        ObjectStore.requireKey(key);
        return ask("get " + key, store -> {
            Blob blob = store.getBlob(settings.container(), key);
            return blob == null ? Optional.<ByteBuffer>empty() : Optional.of(content(blob, MAX_OBJECT_BYTES));
        });
    }

    @Override
    public ByteBuffer read(String key, long offset, int length) throws IOException {
        ObjectStore.requireKey(key);
        return ask("read " + key, store -> {
            Blob blob = store.getBlob(settings.container(), key, GetOptions.Builder.range(offset, offset + length - 1));
            if (blob == null) {
                throw new IOException("the object store %s has no %s".formatted(settings, key));
            }
            ByteBuffer part = content(blob, length);
            if (part.remaining() != length) {
                throw new IOException("the object store %s answered %d bytes of %s, not the %d from %d on"
                        .formatted(settings, part.remaining(), key, length, offset));
            }
            return part;
        });
    }

    /** More than {@code limitBytes} is cut off: nobody wants it, or its length is told to be wrong. */
    private static ByteBuffer content(Blob blob, int limitBytes) throws IOException {
        try (InputStream in = blob.getPayload().openStream()) {
            return ByteBuffer.wrap(in.readNBytes(limitBytes));
        }
    }

    @Override
    public boolean has(String key) throws IOException {
        ObjectStore.requireKey(key);
        return ask("look for " + key, store -> store.blobExists(settings.container(), key));
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        return ask("list " + prefix, store -> {
            List<String> keys = new ArrayList<>();
            ListContainerOptions options =
                    new ListContainerOptions().recursive().prefix(prefix).maxResults(PAGE_KEYS);
            String marker;
            do {
                PageSet<? extends StorageMetadata> page = store.list(settings.container(), options);
                page.forEach(each -> keys.add(each.getName()));
                marker = page.getNextMarker();
                options = new ListContainerOptions().recursive().prefix(prefix).maxResults(PAGE_KEYS);
                if (marker != null) {
                    options = options.afterMarker(marker);
                }
            } while (marker != null);
            return keys.stream().filter(key -> key.startsWith(prefix)).sorted().toList();
        });
    }

    @Override
    public void delete(String key) throws IOException {
        ObjectStore.requireKey(key);
        ask("delete " + key, store -> {
            store.removeBlob(settings.container(), key);
            return key;
        });
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (context != null) {
                context.close();
                context = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
