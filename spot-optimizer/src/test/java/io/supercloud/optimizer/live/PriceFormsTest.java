package io.supercloud.optimizer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Rental;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Documents made by hand in the forms that the clouds publish. */
class PriceFormsTest {
    private static final String EC2 = """
            {"SpotPriceHistory": [
              {"AvailabilityZone": "us-east-1a", "InstanceType": "m5.large", "ProductDescription": "Linux/UNIX",
               "SpotPrice": "0.035100", "Timestamp": "2026-01-31T12:00:00+00:00"},
              {"AvailabilityZone": "us-west-2-lax-1b", "InstanceType": "m5.large", "ProductDescription": "Linux/UNIX",
               "SpotPrice": "0.050000", "Timestamp": "2026-01-31T13:00:00Z"},
              {"AvailabilityZone": "us-east-1a", "InstanceType": "m5.large", "ProductDescription": "Windows",
               "SpotPrice": "0.135100", "Timestamp": "2026-01-31T12:00:00+00:00"}], "NextToken": ""}
            """;

    private static final String AZURE = """
            {"BillingCurrency": "USD", "Items": [
              {"currencyCode": "USD", "retailPrice": 0.0234, "armRegionName": "westeurope", "armSkuName": "Standard_D2s_v5",
               "skuName": "D2s v5 Spot", "productName": "Virtual Machines Dsv5 Series", "unitOfMeasure": "1 Hour",
               "type": "Consumption", "effectiveStartDate": "2026-01-01T00:00:00Z"},
              {"currencyCode": "USD", "retailPrice": 0.115, "armRegionName": "westeurope", "armSkuName": "Standard_D2s_v5",
               "skuName": "D2s v5", "productName": "Virtual Machines Dsv5 Series", "unitOfMeasure": "1 Hour",
               "type": "Consumption", "effectiveStartDate": "2025-01-01T00:00:00Z"},
              {"currencyCode": "USD", "retailPrice": 0.2, "armRegionName": "westeurope", "armSkuName": "Standard_D2s_v5",
               "skuName": "D2s v5 Spot", "productName": "Virtual Machines Dsv5 Series Windows", "unitOfMeasure": "1 Hour",
               "type": "Consumption", "effectiveStartDate": "2025-01-01T00:00:00Z"},
              {"currencyCode": "USD", "retailPrice": 900, "armRegionName": "westeurope", "armSkuName": "Standard_D2s_v5",
               "skuName": "D2s v5", "productName": "Virtual Machines Dsv5 Series", "unitOfMeasure": "1 Hour",
               "type": "Reservation", "effectiveStartDate": "2025-01-01T00:00:00Z"}],
             "NextPageLink": %s, "Count": 4}
            """;

    private static final String GCP = """
            {"skus": [
              {"description": "Spot Preemptible N2 Instance Core running in Frankfurt",
               "category": {"resourceFamily": "Compute", "resourceGroup": "CPU", "usageType": "Preemptible"},
               "serviceRegions": ["europe-west3"],
               "pricingInfo": [{"effectiveTime": "2026-01-02T00:00:00Z", "pricingExpression": {"usageUnit": "h",
                 "tieredRates": [{"startUsageAmount": 0, "unitPrice": {"currencyCode": "USD", "units": "0", "nanos": 9000000}}]}}]},
              {"description": "Spot Preemptible N2 Instance Ram running in Frankfurt",
               "category": {"resourceFamily": "Compute", "resourceGroup": "RAM", "usageType": "Preemptible"},
               "serviceRegions": ["europe-west3", "europe-west4"],
               "pricingInfo": [{"effectiveTime": "2026-01-01T00:00:00Z", "pricingExpression": {"usageUnit": "GiBy.h",
                 "tieredRates": [{"startUsageAmount": 0, "unitPrice": {"currencyCode": "USD", "units": "0", "nanos": 1000000}}]}}]},
              {"description": "Licensing Fee", "category": {"usageType": "OnDemand"}, "serviceRegions": ["global"]}]}
            """;

    private static final List<GcpCatalogue.Shape> SHAPES = List.of(new GcpCatalogue.Shape("n2-standard-4", 4, 16));

    @Test
    void ec2sSpotHistoryIsRead() {
        assertThat(Ec2SpotHistory.parse("ec2", EC2))
                .containsExactly(
                        new Listing(
                                new Pool("aws", "us-east-1", "us-east-1a", "m5.large"),
                                Rental.SPOT,
                                0.0351,
                                Instant.parse("2026-01-31T12:00:00Z")),
                        new Listing(
                                new Pool("aws", "us-west-2", "us-west-2-lax-1b", "m5.large"),
                                Rental.SPOT,
                                0.05,
                                Instant.parse("2026-01-31T13:00:00Z")));
    }

    @Test
    void azuresRetailPricesAreRead() {
        Pool pool = new Pool("azure", "westeurope", "", "Standard_D2s_v5");
        assertThat(AzureRetailPrices.parse("azure", AZURE.formatted("null")).listings())
                .containsExactly(
                        new Listing(pool, Rental.SPOT, 0.0234, Instant.parse("2026-01-01T00:00:00Z")),
                        new Listing(pool, Rental.ON_DEMAND, 0.115, Instant.parse("2025-01-01T00:00:00Z")));
    }

    @Test
    void aMachineTypeOfGcpCostsItsCoresAndItsMemoryWhereBothAreKnown() {
        assertThat(GcpCatalogue.parse("gcp", GCP, SHAPES)).singleElement().satisfies(listing -> {
            assertThat(listing.pool()).isEqualTo(new Pool("gcp", "europe-west3", "", "n2-standard-4"));
            assertThat(listing.rental()).isEqualTo(Rental.SPOT);
            assertThat(listing.dollarsPerHour()).isCloseTo(4 * 0.009 + 16 * 0.001, within(1e-12));
            assertThat(listing.since()).isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
        });
    }

    @Test
    void aWrongValueIsToldWithDocumentAndItem() {
        assertThatThrownBy(() -> Ec2SpotHistory.parse("ec2.json", EC2.replace("0.050000", "-0.05")))
                .isInstanceOf(OptimizerException.class)
                .hasMessage("ec2.json, SpotPriceHistory[1]/SpotPrice: '-0.05' is not a price above 0");
        assertThatThrownBy(() -> AzureRetailPrices.parse("azure.json", "{}"))
                .hasMessage("azure.json has no list 'Items': it is no document of this form");
    }

    @Test
    void noDamagedDocumentBreaksAReader() {
        SplittableRandom random = new SplittableRandom(1);
        for (String document : List.of(EC2, AZURE.formatted("\"http://127.0.0.1/next\""), GCP)) {
            for (int i = 0; i < 2_000; i++) {
                StringBuilder damaged = new StringBuilder(document);
                for (int j = 0; j <= random.nextInt(4); j++) {
                    damaged.setCharAt(random.nextInt(damaged.length()), (char) (' ' + random.nextInt(95)));
                }
                try {
                    assertThat(readAll(damaged.toString()))
                            .allSatisfy(listing -> assertThat(listing.dollarsPerHour())
                                    .isPositive()
                                    .isFinite());
                } catch (OptimizerException refused) {
                    assertThat(refused).hasMessageStartingWith("damaged");
                }
            }
        }
    }

    private static List<Listing> readAll(String text) {
        if (text.contains("\"SpotPriceHistory\"")) {
            return Ec2SpotHistory.parse("damaged", text);
        }
        return text.contains("\"Items\"")
                ? AzureRetailPrices.parse("damaged", text).listings()
                : GcpCatalogue.parse("damaged", text, SHAPES);
    }

    @Test
    void pagesAreFollowedAtTheirOwnHostAndAMissingOneRefusesAll() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String root = "http://127.0.0.1:%d".formatted(server.getAddress().getPort());
        answer(server, "/first", AZURE.formatted("\"" + root + "/last\""));
        answer(server, "/last", AZURE.formatted("null"));
        answer(server, "/elsewhere", AZURE.formatted("\"http://127.0.0.2:9/last\""));
        answer(server, "/broken", AZURE.formatted("\"" + root + "/absent\""));
        server.start();
        try {
            PriceDocuments documents = new PriceDocuments();
            assertThat(documents.azure(URI.create(root + "/first"))).hasSize(4);
            assertThatThrownBy(() -> documents.azure(URI.create(root + "/elsewhere")))
                    .hasMessageContaining("which is not followed");
            assertThatThrownBy(() -> documents.azure(URI.create(root + "/broken")))
                    .hasMessageEndingWith("answers 404");
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpServer server, String path, String text) {
        server.createContext(path, exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }
}
