package io.supercloud.overlay.cloud.ec2.internal;

import java.util.List;

/** @param next where the following page begins; empty on the last one */
public record InstancePage(List<Ec2Instance> instances, String next) {}
