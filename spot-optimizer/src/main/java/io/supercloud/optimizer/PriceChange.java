package io.supercloud.optimizer;

import java.time.Instant;

/** From {@code at} a pool costs {@code dollarsPerHour}, until its next change. */
public record PriceChange(Instant at, double dollarsPerHour) {}
