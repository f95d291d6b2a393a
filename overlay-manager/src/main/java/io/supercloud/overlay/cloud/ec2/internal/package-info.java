/**
 * What is done with EC2's calls: launching that cannot buy twice, waiting for what is seen late, telling refusals from
 * answers that were lost. {@link io.supercloud.overlay.cloud.ec2.internal.Ec2Wire} is the calls themselves, one method each.
 *
 * <p>Safe for use by many threads.
 */
package io.supercloud.overlay.cloud.ec2.internal;
