package io.supercloud.journal;

import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.Ledgers;
import io.supercloud.image.ledger.LedgersContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookKeeperLedgersTest extends LedgersContract {
    @TempDir
    static Path folder;

    private LedgerCluster cluster;
    private Ledgers here;
    private Ledgers there;

    @BeforeAll
    void start() throws Exception {
        cluster = LedgerCluster.start(folder, 3);
        here = BookKeeperLedgers.connect(cluster.service());
        there = BookKeeperLedgers.connect(cluster.service());
    }

    @AfterAll
    void stop() throws Exception {
        here.close();
        there.close();
        cluster.close();
    }

    @Override
    protected Ledgers here() {
        return here;
    }

    @Override
    protected Ledgers there() {
        return there;
    }

    @Override
    protected Copies copies() {
        return Copies.DEFAULT;
    }
}
