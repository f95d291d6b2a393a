/**
 * Prices of markets that run, as the clouds publish them.
 *
 * <p>A document of a cloud becomes {@link io.supercloud.optimizer.live.Listing}s ({@link
 * io.supercloud.optimizer.live.Ec2SpotHistory}, {@link io.supercloud.optimizer.live.AzureRetailPrices}, {@link
 * io.supercloud.optimizer.live.GcpCatalogue}: pure), which {@link io.supercloud.optimizer.live.LivePriceFeed} keeps, with
 * the time at which each was last confirmed; {@link io.supercloud.optimizer.live.PriceDocuments} fetches. A document is
 * believed as a whole or not at all. The feed is safe for many threads, everything else is immutable.
 */
package io.supercloud.optimizer.live;
