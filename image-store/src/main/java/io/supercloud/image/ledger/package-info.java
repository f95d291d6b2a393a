/**
 * Where the journals of replicated volumes are kept: ledgers on several hosts.
 *
 * <p>Entry type: {@link io.supercloud.image.ledger.Ledgers}, a port; {@link io.supercloud.image.ledger.InMemoryLedgers} is for
 * tests and simulations. Safe for use by many threads.
 */
package io.supercloud.image.ledger;
