/**
 * Jobs with a deadline on spot instances that come and go, in virtual time: the setting of "Can't Be Late" (NSDI 2024).
 *
 * <p>{@link io.supercloud.optimizer.deadline.SpotMarket} holds a whole recording; a
 * {@link io.supercloud.optimizer.deadline.JobPolicy} sees of it, through
 * {@link io.supercloud.optimizer.deadline.JobView}, what has happened so far;
 * {@link io.supercloud.optimizer.deadline.JobRun} keeps the accounts, and
 * {@link io.supercloud.optimizer.deadline.JobOptimum} is what somebody who knew the future would have paid. Markets are
 * immutable and safe for many threads, the other types belong to one run.
 */
package io.supercloud.optimizer.deadline;
