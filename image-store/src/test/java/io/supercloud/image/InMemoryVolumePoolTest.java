package io.supercloud.image;

class InMemoryVolumePoolTest extends VolumePoolContract {
    @Override
    VolumePool pool(String host, byte[] image, long readTimeoutMillis) {
        return new InMemoryVolumePool(readTimeoutMillis).withImage(Rig.IMAGE, image);
    }
}
