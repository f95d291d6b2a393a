/** Tests of ledgers; {@link io.supercloud.image.ledger.LedgersContract} is for all kinds of them. */
package io.supercloud.image.ledger;
