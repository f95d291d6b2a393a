package io.supercloud.overlay.cloud;

final class InMemoryCloudTest extends CloudContract {
    private final InMemoryCloud cloud = new InMemoryCloud("memory", "north-a", 2);

    @Override
    Cloud cloud() {
        return cloud;
    }

    @Override
    String deployment() {
        return "contract";
    }
}
