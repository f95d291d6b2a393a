/**
 * Policy files: what to optimise for the VMs of a slice, and what never to violate.
 *
 * <p>{@link io.supercloud.optimizer.policy.PolicyFile} reads one; {@link io.supercloud.optimizer.policy.Policy} is what
 * holds for one VM. {@link io.supercloud.optimizer.policy.Keys} is the one table of keys: the reader, the JSON schema
 * ({@link io.supercloud.optimizer.policy.PolicySchema}) and the account of where a value comes from all follow from it. All
 * types are immutable and safe for many threads.
 */
package io.supercloud.optimizer.policy;
