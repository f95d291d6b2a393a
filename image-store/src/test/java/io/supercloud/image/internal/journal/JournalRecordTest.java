package io.supercloud.image.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.internal.journal.JournalRecord.Chunk;
import io.supercloud.image.internal.journal.JournalRecord.Kept;
import io.supercloud.image.internal.journal.JournalRecord.Mark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalRecordTest {
    private static final HostId OWNER = new HostId("here");

    private static JournalRecord record(SplittableRandom random) {
        JournalRecord record = JournalRecord.begun(
                new VolumeDescription("disk", new ImageId("guest"), 1 << 20, random.nextLong()),
                random.nextInt(1, 100),
                OWNER,
                random.nextBoolean());
        int next = 1;
        for (int step = 0; step < random.nextInt(12); step++) {
            int first = next;
            next += random.nextInt(3);
            List<Chunk> more = IntStream.range(first, next)
                    .mapToObj(number -> new Chunk(
                            number,
                            random.nextLong(1 << 20),
                            random.nextBoolean() ? new Kept.Ended() : new Kept.Open()))
                    .toList();
            record = record.with(java.util.stream.Stream.concat(record.chunks().stream(), more.stream())
                    .toList());
            Mark mark = new Mark(random.nextBoolean() ? "a" : "b", random.nextLong(1L << 50));
            record = record.marked(mark);
            record = random.nextInt(3) == 0 ? record.rolledBack(mark, random.nextLong()) : record;
        }
        return record;
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            JournalRecord record = record(random);
            String text = new String(record.encode(), StandardCharsets.UTF_8);
            assertThat(JournalRecord.decode("disk", text)).isEqualTo(record);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mark=a", "rollBack=1 2", "chunk=1", "other=1"})
    void aLineThatIsNotWholeIsRefused(String line) {
        String text = new String(record(new SplittableRandom(2)).encode(), StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JournalRecord.decode("disk", text + line + "\n"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void chunksKeepTheSerialOfTheirTimeAndLoseWhatWasGivenUp() {
        JournalRecord before = JournalRecord.begun(
                        new VolumeDescription("disk", new ImageId("guest"), 1 << 20, 70), 1, OWNER, true)
                .with(List.of(new Chunk(1, 1, new Kept.Ended()), new Chunk(2, 2, new Kept.Ended())));
        Mark mark = new Mark("a", 10);
        JournalRecord after = before.marked(mark).rolledBack(mark, 71);
        JournalRecord longer = after.with(List.of(new Chunk(2, 2, new Kept.Ended()), new Chunk(3, 3, new Kept.Open())));
        assertThat(longer.serial(2)).isEqualTo(70);
        assertThat(longer.serial(3)).isEqualTo(71);
        assertThat(longer.isVoid(2, 11)).isTrue();
        assertThat(longer.isVoid(2, 10)).isFalse();
        assertThat(longer.isVoid(3, 11)).isFalse();
        assertThat(longer.with(List.of(new Chunk(3, 3, new Kept.Open()))).rollBacks())
                .isEmpty();
        assertThat(longer.rolledForward(71).chunks()).containsExactly(new Chunk(2, 2, new Kept.Ended()));
        assertThat(longer.rolledForward(71).serial(2)).isEqualTo(70);
    }

    @Test
    void aChunkThatGoesTakesMarksAlongThatNeedIt() {
        JournalRecord record = record(new SplittableRandom(3))
                .with(List.of(new Chunk(1, 1, new Kept.Ended()), new Chunk(2, 2, new Kept.Ended())))
                .marked(new Mark("a", 10))
                .marked(new Mark("b", 20));
        assertThat(record.hasMarkBefore(20)).isTrue();
        assertThat(record.without(new Chunk(1, 1, new Kept.Ended()), 20).marks())
                .containsExactly(new Mark("b", 20));
    }
}
