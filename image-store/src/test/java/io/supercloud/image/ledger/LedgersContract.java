package io.supercloud.image.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What all ledgers must do. */
@Timeout(60)
public abstract class LedgersContract {
    private static final long LIMIT_SECONDS = 20;

    /** Ledgers of one host, and of another on the same hosts that keep them. */
    protected abstract Ledgers here();

    protected abstract Ledgers there();

    protected abstract Copies copies();

    private static void append(LedgerWriter writer, String text) throws Exception {
        writer.append(bytes(text)).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> all(LedgerReader reader) throws IOException {
        List<String> texts = new ArrayList<>();
        if (reader.entries() > 0) {
            for (ByteBuffer entry : reader.read(0, reader.entries() - 1)) {
                texts.add(StandardCharsets.UTF_8.decode(entry).toString());
            }
        }
        return texts;
    }

    @Test
    public void whatWasAcknowledgedIsReadByAnotherInItsOrder() throws Exception {
        LedgerWriter writer = here().create(copies());
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add("entry " + i);
            appends.add(writer.append(bytes(texts.getLast())));
        }
        appends.getLast().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(appends).allMatch(CompletableFuture::isDone);
        try (LedgerReader reader = there().end(writer.ledger())) {
            assertThat(all(reader)).isEqualTo(texts);
        }
    }

    @Test
    public void afterTheEndNothingIsAppendedAnyMore() throws Exception {
        LedgerWriter writer = here().create(copies());
        append(writer, "before");
        try (LedgerReader reader = there().end(writer.ledger())) {
            assertThatThrownBy(() -> append(writer, "after"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(all(reader)).containsExactly("before");
        }
        try (LedgerReader again = there().end(writer.ledger())) {
            assertThat(all(again)).containsExactly("before");
        }
    }

    @Test
    public void aClosedLedgerIsReadAndTakesNothing() throws Exception {
        LedgerWriter writer = here().create(copies());
        append(writer, "only");
        writer.close();
        writer.close();
        assertThatThrownBy(() -> append(writer, "late")).isInstanceOf(ExecutionException.class);
        try (LedgerReader reader = there().end(writer.ledger())) {
            assertThat(all(reader)).containsExactly("only");
            assertThatThrownBy(() -> reader.read(0, 1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    public void anEmptyLedgerEndsToo() throws Exception {
        LedgerWriter writer = here().create(copies());
        try (LedgerReader reader = there().end(writer.ledger())) {
            assertThat(reader.entries()).isZero();
        }
    }

    @Test
    public void aDeletedLedgerIsMissing() throws Exception {
        LedgerWriter writer = here().create(copies());
        append(writer, "gone");
        writer.close();
        there().delete(writer.ledger());
        there().delete(writer.ledger());
        assertThatThrownBy(() -> there().end(writer.ledger())).isInstanceOf(LedgerException.Missing.class);
    }

    @Test
    public void aLargeEntryIsReadBack() throws Exception {
        byte[] large = new byte[Ledgers.MAX_ENTRY_BYTES];
        large[large.length - 1] = 7;
        LedgerWriter writer = here().create(copies());
        writer.append(ByteBuffer.wrap(large)).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        try (LedgerReader reader = there().end(writer.ledger())) {
            assertThat(reader.read(0, 0).getFirst()).isEqualTo(ByteBuffer.wrap(large));
        }
    }
}
