package io.supercloud.overlay.cloud.ec2;

import io.supercloud.core.Tasks;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Cloud;
import io.supercloud.overlay.cloud.ec2.jclouds.JcloudsWire;
import java.time.InstantSource;

/** Opens accounts at EC2. */
public final class Ec2Clouds {
    private Ec2Clouds() {}

    /**
     * The account; nothing is asked of EC2 yet.
     *
     * @param clock that requests are signed by: EC2 refuses one that is 15 minutes off
     * @param tasks by which is waited
     */
    public static Cloud open(Ec2Account account, InstantSource clock, Tasks tasks) {
        return new Ec2Cloud(account, JcloudsWire.open(account, clock), tasks);
    }
}
