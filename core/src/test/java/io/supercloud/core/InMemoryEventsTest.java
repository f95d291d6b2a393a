package io.supercloud.core;

class InMemoryEventsTest extends EventsContract {
    private final Events events = new InMemoryEvents();

    @Override
    protected Events connect() {
        return events;
    }
}
