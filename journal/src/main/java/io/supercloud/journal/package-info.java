/**
 * Ledgers on BookKeeper: {@link io.supercloud.journal.BookKeeperLedgers} is a client, {@link io.supercloud.journal.Bookie} keeps
 * ledgers on this host. Nothing else of the project knows BookKeeper. Safe for use by many threads.
 *
 * <p>Both find each other through ZooKeeper, below {@link io.supercloud.journal.LedgerService#root}, and speak TLS with the deployment's
 * certificates; a bookie refuses who shows none. A process has one {@link io.supercloud.journal.LedgerService}, because
 * BookKeeper's ZooKeeper client takes its TLS settings from system properties.
 */
package io.supercloud.journal;
