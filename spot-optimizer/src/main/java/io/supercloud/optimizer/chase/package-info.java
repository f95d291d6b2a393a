/**
 * Price chasing in virtual time: one VM, several places whose prices change, moves that cost.
 *
 * <p>{@link io.supercloud.optimizer.chase.ChaseMarket} holds the whole recording; a
 * {@link io.supercloud.optimizer.chase.Chaser} is told of one change of price after the other and decides, so it cannot see
 * what is to come; {@link io.supercloud.optimizer.chase.ChaseRun} keeps the accounts;
 * {@link io.supercloud.optimizer.chase.ChaseOptimum} is what somebody who knew all prices would have paid. Markets are
 * immutable and safe for many threads, chasers belong to one run.
 */
package io.supercloud.optimizer.chase;
