package io.supercloud.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {
    private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void figuresAreServedOnTheLoopbackAddressAlone() throws IOException, InterruptedException {
        try (MetricsEndpoint endpoint = new MetricsEndpoint(0, () -> "supercloud_moves_total 1.0\n")) {
            assertThat(InetAddress.getByName(endpoint.address().getHost()).isLoopbackAddress())
                    .isTrue();
            HttpResponse<String> answer = get(endpoint.address());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            assertThat(answer.body()).isEqualTo("supercloud_moves_total 1.0\n");
            assertThat(get(endpoint.address().resolve("/")).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aManagerThatDoesNotAnswerIsToldAsUnavailable() throws IOException, InterruptedException {
        try (MetricsEndpoint endpoint = new MetricsEndpoint(0, () -> {
            throw new CliException(CliException.NOT_UP, "no manager answers");
        })) {
            HttpResponse<String> answer = get(endpoint.address());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("no manager answers");
        }
    }

    @Test
    void aPortThatIsTakenIsRefusedInASentence() {
        try (MetricsEndpoint first = new MetricsEndpoint(0, () -> "")) {
            int port = first.address().getPort();
            assertThatThrownBy(() -> new MetricsEndpoint(port, () -> ""))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining("choose another");
        }
    }
}
