package io.supercloud.optimizer.live;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Rental;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Azure's retail prices (learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices), spot and
 * on-demand, a page at a time. Windows, low priority, reservations and what is not priced in dollars an hour are left out.
 */
public final class AzureRetailPrices {
    /** Where the first page of all Linux VM prices of a region is; needs no account. */
    private static final String FIRST_PAGE = "https://prices.azure.com/api/retail/prices?$filter="
            + "serviceName%%20eq%%20%%27Virtual%%20Machines%%27%%20and%%20armRegionName%%20eq%%20%%27%s%%27";

    private AzureRetailPrices() {}

    /** @param next where the next page is; empty for the last */
    public record Page(List<Listing> listings, Optional<URI> next) {
        public Page {
            listings = List.copyOf(listings);
        }
    }

    /** @param region such as {@code westeurope} */
    public static URI firstPage(String region) {
        if (!region.matches("[a-z0-9]{1,40}")) {
            throw new OptimizerException("'%s' is no region of Azure such as westeurope".formatted(region));
        }
        return URI.create(FIRST_PAGE.formatted(region));
    }

    /** @throws OptimizerException where it is no such document, with the first item that is wrong */
    public static Page parse(String name, String json) {
        PriceJson document = PriceJson.parse(name, json);
        String next = document.top("NextPageLink");
        try {
            return new Page(
                    document.items("Items", AzureRetailPrices::listing),
                    next.isEmpty() ? Optional.empty() : Optional.of(URI.create(next)));
        } catch (IllegalArgumentException e) {
            throw new OptimizerException("%s: NextPageLink '%s' is no address".formatted(name, next), e);
        }
    }

    private static Stream<Listing> listing(PriceJson.Item item) {
        String sku = item.text("/skuName");
        boolean counts = item.text("/unitOfMeasure").equals("1 Hour")
                && item.text("/type").equals("Consumption")
                && item.text("/currencyCode").equals("USD")
                && !item.text("/productName").contains("Windows")
                && !sku.contains("Low Priority")
                && !item.text("/armSkuName").isEmpty();
        return counts
                ? Stream.of(new Listing(
                        new Pool("azure", item.word("/armRegionName"), "", item.word("/armSkuName")),
                        sku.endsWith(" Spot") ? Rental.SPOT : Rental.ON_DEMAND,
                        item.price("/retailPrice"),
                        item.time("/effectiveStartDate")))
                : Stream.of();
    }
}
