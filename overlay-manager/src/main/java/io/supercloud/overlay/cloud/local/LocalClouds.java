package io.supercloud.overlay.cloud.local;

import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.jclouds.JcloudsCloud;
import io.supercloud.overlay.cloud.local.jclouds.LocalContext;
import io.supercloud.overlay.cloud.local.jclouds.LocalTemplateOptions;

/** Opens accounts at local clouds. */
public final class LocalClouds {
    private LocalClouds() {}

    /** The account, through jclouds like any other; what a machine's restart left of its instances is removed first. */
    public static Cloud open(LocalAccount account) {
        return new JcloudsCloud(account.name(), LocalContext.open(account), LocalTemplateOptions::of);
    }
}
