package io.supercloud.image.object;

class InMemoryObjectsTest extends ObjectStoreContract {
    private final ObjectStore store = new InMemoryObjects();

    @Override
    protected ObjectStore store() {
        return store;
    }
}
