package io.supercloud.image;

class InMemoryVolumeCopyTest extends VolumeCopyContract {
    @Override
    VolumePool pool(String host) {
        return new InMemoryVolumePool().withImage(Rig.IMAGE, Rig.image());
    }
}
