/**
 * Accounts at Amazon EC2 and what speaks its API. {@link io.supercloud.overlay.cloud.ec2.Ec2Clouds} opens one as a
 * {@link io.supercloud.overlay.cloud.Cloud}.
 *
 * <p>Safe for use by many threads.
 */
package io.supercloud.overlay.cloud.ec2;
