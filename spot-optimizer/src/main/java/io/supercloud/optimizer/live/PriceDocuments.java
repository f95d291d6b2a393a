package io.supercloud.optimizer.live;

import io.supercloud.optimizer.OptimizerException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fetches documents of prices over HTTP; blocks. */
public final class PriceDocuments {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_PAGES = 200;
    private static final int OK = 200;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    /**
     * All prices from {@code first} on, page by page. Pages are followed at the first one's host alone.
     *
     * @throws OptimizerException where a page does not come or is not as it must be: then none counts
     */
    public List<Listing> azure(URI first) {
        List<Listing> listings = new ArrayList<>();
        Optional<URI> next = Optional.of(first);
        for (int page = 0; next.isPresent(); page++) {
            URI address = next.get();
            if (page == MAX_PAGES || !first.getAuthority().equals(address.getAuthority())) {
                throw new OptimizerException(
                        "%s: prices go on at %s, which is not followed; at most %d pages are, of one host"
                                .formatted(first, address, MAX_PAGES));
            }
            AzureRetailPrices.Page read = AzureRetailPrices.parse(address.toString(), text(address));
            listings.addAll(read.listings());
            next = read.next();
        }
        return listings;
    }

    private String text(URI address) {
        try {
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(address).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                byte[] bytes = body.readNBytes(PriceJson.MAX_CHARACTERS + 1);
                if (answer.statusCode() != OK) {
                    throw new OptimizerException("%s answers %d".formatted(address, answer.statusCode()));
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new OptimizerException("%s: no prices come: %s".formatted(address, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OptimizerException("interrupted while prices of %s were read".formatted(address), e);
        }
    }
}
