/** Tests of the ledgers on BookKeeper, with bookies in this process. */
package io.supercloud.journal;
