package io.supercloud.optimizer.live;

import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Rental;
import java.time.Instant;

/**
 * One price as a cloud lists it.
 *
 * @param since when it took effect
 */
public record Listing(Pool pool, Rental rental, double dollarsPerHour, Instant since) {}
