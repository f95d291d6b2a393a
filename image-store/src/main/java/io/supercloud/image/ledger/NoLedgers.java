package io.supercloud.image.ledger;

/** Of a host that has an object store and no ledgers: nothing can be replicated there. */
public final class NoLedgers implements Ledgers {
    @Override
    public LedgerWriter create(Copies copies) throws LedgerException.TooFewHosts {
        throw new LedgerException.TooFewHosts(copies);
    }

    @Override
    public LedgerReader end(long ledger) throws LedgerException.Missing {
        throw new LedgerException.Missing("there is no ledger %d: this deployment keeps none".formatted(ledger));
    }

    @Override
    public void delete(long ledger) {}

    @Override
    public void close() {}
}
