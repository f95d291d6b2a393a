package io.supercloud.optimizer;

import java.time.Instant;

/**
 * The price of a pool, as the market told it. Nothing is promised about the number: the planner checks it.
 *
 * @param dollarsPerHour per instance-hour
 * @param since when it took effect
 */
public record Quote(double dollarsPerHour, Instant since) {}
