package io.supercloud.optimizer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.PriceTrace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    private static final String TRACE = "{\"metadata\": {\"gap_seconds\": 300}, \"data\": [4, 3, 4, 0]}";

    @TempDir
    private Path root;

    @Test
    void filesAreKnownByTheirFormWhateverTheyAreCalled() throws IOException {
        write("x/one.csv", PriceTrace.columns() + "\n2015-01-01T00:00:00Z,aws,r,z,t,0.1,\n");
        write("x/two.csv", "src,dst,usd_per_gb\ngcp:us-east4-a,aws:r,0.11\n");
        write("three.csv", "date,cloud,region,instance_type,vcpu,mem_gib,ondemand_usd_h,network\nd,aws,r,t,1,2,0.5,\n");
        write("four.csv", "hour_local,bits\n2005-06-07T07:00:00,5\n2005-06-07T09:00:00,7\n");
        write("five.csv", "something,else\n1,2\n");
        zip("y/availability/set/zone-a_v_1.json.gz", TRACE);
        write("y/preemption/set/zone-a_v_1.json", TRACE);

        DataFolder folder = DataFolder.open(root);

        assertThat(folder.prices())
                .singleElement()
                .satisfies(trace -> assertThat(trace.pools()).hasSize(1));
        assertThat(folder.egress().dollarsPerGigabyte("gcp:us-east4", "aws:r")).hasValue(0.11);
        assertThat(folder.listPrices().dollarsPerHour("aws", "r", "t")).hasValue(0.5);
        assertThat(folder.loads())
                .singleElement()
                .satisfies(curve -> assertThat(curve.hours()).containsExactly(5, 0, 7));
        assertThat(folder.availability()).singleElement().satisfies(trace -> {
            assertThat(trace.set() + " " + trace.zone() + " " + trace.resource())
                    .isEqualTo("set zone-a v_1");
            assertThat(trace.tickMillis()).isEqualTo(300_000);
            assertThat(trace.ticks()).isEqualTo(4);
            assertThat(trace.obtainable().stream()).containsExactly(0, 2);
        });
    }

    @Test
    void aRegionIsAsFarAsTheCityNearestToIt() throws IOException {
        write("pings.csv", "src_city,dst_city,avg_rtt_ms\nA,B,80\nB,A,81\nC,A,9\nC,B,70\n");
        write("cities.csv", "city,lat,lon,population\nA,0,0,10\nB,0,90,20\nC,1,1,\n");
        write("regions.csv", "cloud,region,lat,lon,location\naws,r,1,89,\"B, somewhere\"\n");

        Latencies latencies = DataFolder.open(root).latencies();

        assertThat(latencies.cities()).extracting(Latencies.City::name).containsExactly("A", "B");
        assertThat(latencies.rttMillis().toString()).isEqualTo("[[80.0], [0.0]]");
    }

    @Test
    void anUnknownPairCostsTheDearestPriceOfItsCloud() throws IOException {
        write("tariff.csv", "src,dst,usd_per_gb\ngcp:a,gcp:b,0.02\ngcp:b,gcp:a,0.08\ngcp:a,aws:x,0.5\n");
        EgressTariff tariff = DataFolder.open(root).egress();
        assertThat(tariff.dollarsPerGigabyte("gcp:a", "gcp:c")).isEmpty();
        assertThat(tariff.cautiousDollarsPerGigabyte("gcp:a", "gcp:c")).isEqualTo(0.08);
        assertThat(tariff.cautiousDollarsPerGigabyte("gcp:c", "gcp:c")).isZero();
    }

    @Test
    void aBadCellIsToldWithFileAndLine() throws IOException {
        write("t.csv", "src,dst,usd_per_gb\na,b,0.1\na,c,-1\n");
        assertThatThrownBy(() -> DataFolder.open(root).egress())
                .isInstanceOf(OptimizerException.class)
                .hasMessageContaining("t.csv:3: usd_per_gb '-1'");
        write("t.csv", "src,dst,usd_per_gb\na,b\n");
        assertThatThrownBy(() -> DataFolder.open(root).egress()).hasMessageContaining("t.csv:2: 2 columns where 3");
    }

    @Test
    void aTraceThatIsNoneIsToldWithFileAndLine() throws IOException {
        refused("{\"metadata\": {\"gap_seconds\": 300},\n \"data\": [1, -1]}", ":2: -1 is not a number from 0");
        refused("{\"metadata\": {\"gap_seconds\": 0}, \"data\": [1]}", ":1: 0 is not a number from 1");
        refused("{\"metadata\": {\"gap_seconds\": 300}, \"data\": [1e99]}", ":1: expected a whole number");
        refused("{\"metadata\": {\"gap_seconds\": 300}, \"data\": []}", "metadata.gap_seconds and data");
        refused("{\"metadata\": {\"gap_seconds\": 300}, \"data\": [1,", ":1: this is not JSON");
        refused("[1]", ":1: expected an object");
        refused("", ":1: expected an object");
    }

    @Test
    void damagedTracesAreRefusedOrReadButNeverBreakTheReader() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = TRACE.getBytes(StandardCharsets.UTF_8);
            for (int damage = 0; damage < 3; damage++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = root.resolve("z_v.json");
            Files.write(file, bytes);
            try {
                assertThat(AvailabilityReader.read(file).ticks()).isPositive();
            } catch (OptimizerException refused) {
                assertThat(refused).hasMessageContaining("z_v.json");
            }
        }
    }

    private void refused(String text, String message) throws IOException {
        write("availability/z_v.json", text);
        assertThatThrownBy(() -> DataFolder.open(root).availability())
                .isInstanceOf(OptimizerException.class)
                .hasMessageContaining("z_v.json")
                .hasMessageContaining(message);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void zip(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
