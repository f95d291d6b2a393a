package io.supercloud.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.app.manager.Answers;
import io.supercloud.core.ImageId;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static Answers.Disk disk(String vm, AtRisk risk) {
        return new Answers.Disk(new VmId(vm), risk);
    }

    @Test
    void anImageIsListedWithTheDisksOverItAndWhatTheLossOfTheirHostsWouldLose() {
        String text = Texts.image(new Answers.Image(
                new ImageId("debian"),
                2L << 30,
                512 << 20,
                7,
                List.of("amber-1", "birch-1"),
                List.of(
                        disk("web", new AtRisk(true, 3 << 20, 1_500)),
                        disk("mail", AtRisk.NOTHING),
                        disk("tmp", AtRisk.all(5 << 20)))));
        assertThat(text.lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("debian", "2048 MiB", "512 MiB", "amber-1, birch-1"))
                .anySatisfy(line -> assertThat(line).contains("web", "3.0 MiB at risk for 1.5 s"))
                .anySatisfy(line -> assertThat(line).contains("mail", "nothing at risk"))
                .anySatisfy(line -> assertThat(line).contains("tmp", "5.0 MiB, all on its host alone"));
    }
}
