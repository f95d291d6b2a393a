package io.supercloud.image.ledger;

class InMemoryLedgersTest extends LedgersContract {
    private final Ledgers ledgers = new InMemoryLedgers();

    @Override
    protected Ledgers here() {
        return ledgers;
    }

    @Override
    protected Ledgers there() {
        return ledgers;
    }

    @Override
    protected Copies copies() {
        return Copies.DEFAULT;
    }
}
