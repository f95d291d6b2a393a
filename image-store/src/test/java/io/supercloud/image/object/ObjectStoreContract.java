package io.supercloud.image.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all object stores must do. */
@Timeout(60)
public abstract class ObjectStoreContract {
    private static final int LARGE = 34 << 20;
    private static final int MANY = 1_200;

    protected abstract ObjectStore store();

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    public void whatWasPutIsGotWholeAndInParts() throws IOException {
        ByteBuffer content = bytes("some content");
        store().put("volumes/web.disk/1/7", content);
        assertThat(content.remaining()).isEqualTo("some content".length());
        assertThat(store().get("volumes/web.disk/1/7")).contains(content);
        assertThat(store().read("volumes/web.disk/1/7", 5, 7)).isEqualTo(bytes("content"));
        assertThat(store().read("volumes/web.disk/1/7", 0, 1)).isEqualTo(bytes("s"));
        assertThat(store().has("volumes/web.disk/1/7")).isTrue();
    }

    @Test
    public void aSegmentOfFullSizeComesBackAsItWas() throws IOException {
        byte[] content = new byte[LARGE];
        new SplittableRandom(5).nextBytes(content);
        store().put("large", ByteBuffer.wrap(content));
        assertThat(store().get("large")).contains(ByteBuffer.wrap(content));
        assertThat(store().read("large", LARGE - 4097, 4097)).isEqualTo(ByteBuffer.wrap(content, LARGE - 4097, 4097));
    }

    @Test
    public void anObjectMayBePutAgainAndMayBeEmpty() throws IOException {
        store().put("twice", bytes("a"));
        store().put("twice", bytes("longer"));
        store().put("empty", bytes(""));
        assertThat(store().get("twice")).contains(bytes("longer"));
        assertThat(store().get("empty")).contains(bytes(""));
    }

    @Test
    public void whatIsNotThereIsToldAsSuch() throws IOException {
        store().put("short", bytes("abc"));
        assertThat(store().get("none")).isEmpty();
        assertThat(store().has("none")).isFalse();
        assertThatThrownBy(() -> store().read("none", 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> store().read("short", 2, 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store().read("short", 9, 1)).isInstanceOf(IOException.class);
    }

    @Test
    public void aDeletedObjectIsGoneAndDeletingItAgainDoesNothing() throws IOException {
        store().put("a/b", bytes("x"));
        store().put("a/c", bytes("x"));
        store().delete("a/b");
        store().delete("a/b");
        store().delete("x/y");
        assertThat(store().get("a/b")).isEmpty();
        assertThat(store().list("")).containsExactly("a/c");
    }

    @Test
    public void keysAreListedByTheirBeginningAndInTheirOrderHoweverManyThereAre() throws IOException {
        for (int i = 0; i < MANY; i++) {
            store().put("many/%04d".formatted(i), bytes("x"));
        }
        store().put("man", bytes("x"));
        assertThat(store().list("many/")).hasSize(MANY).isSorted().startsWith("many/0000");
        assertThat(store().list("many/119")).hasSize(10);
        assertThat(store().list("none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a//b", "../a", "a/../b", "a/.b", "a b", "a/", "ä"})
    public void aKeyThatCouldMeanSomethingElseIsRefused(String key) {
        assertThatThrownBy(() -> store().put(key, bytes("x"))).isInstanceOf(InvalidValueException.class);
    }
}
