/**
 * EC2's calls through jclouds' aws-ec2: its signer, its errors and those of its low-level APIs whose answers are parsed well; one
 * interface of our own for what it lacks (pages, tags and reasons of instances, security groups). Its {@code ComputeService} is
 * not used: it loses instances on the spot market.
 *
 * <p>Safe for use by many threads.
 */
package io.supercloud.overlay.cloud.ec2.jclouds;
