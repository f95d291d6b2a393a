/**
 * Where a VM should run, by price: markets, policies, the planner and the accounts.
 *
 * <p>{@link io.supercloud.optimizer.Planner} decides, purely, from a {@link io.supercloud.optimizer.Snapshot} and a
 * {@link io.supercloud.optimizer.policy.Policy}; {@link io.supercloud.optimizer.PriceFeed} is the port to a market, live or
 * recorded ({@link io.supercloud.optimizer.PriceTrace}); {@link io.supercloud.optimizer.CostMeter} says what was spent
 * and what staying put would have cost. All times are market times: a {@link io.supercloud.optimizer.ReplayClock} lets
 * them pass faster than the wall's. Everything but {@link io.supercloud.optimizer.InMemoryPriceFeed}, which is safe for
 * many threads, is immutable.
 */
package io.supercloud.optimizer;
