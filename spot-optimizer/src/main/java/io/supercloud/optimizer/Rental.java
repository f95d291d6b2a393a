package io.supercloud.optimizer;

/** How an instance is rented. */
public enum Rental {
    /** At a price that changes; the cloud may take it back. */
    SPOT,
    /** At the list price, for as long as one likes. */
    ON_DEMAND
}
