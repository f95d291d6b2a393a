package io.supercloud.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Registry} keeps to. */
public abstract class RegistryContract {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<Registry> clients = new ArrayList<>();
    private Registry registry;

    /** A new client, with a session of its own, of one registry that is empty before each test. */
    protected abstract Registry connect();

    @BeforeEach
    void connectFirst() {
        registry = client();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(Registry::close);
    }

    protected final Registry client() {
        Registry client = connect();
        clients.add(client);
        return client;
    }

    @Test
    void anEntryIsReadByOthersAsItWasMade() {
        byte[] value = {0, 1, -1, 127, -128};
        Registry.Entry made = registry.create("/vms/web-1", value);
        value[0] = 9;
        Registry.Entry read = client().read("/vms/web-1").orElseThrow();
        assertThat(read.value()).containsExactly(0, 1, -1, 127, -128);
        assertThat(read.version()).isEqualTo(made.version());
        assertThat(read.name()).isEqualTo("web-1");
        assertThat(registry.read("/vms/web-2")).isEmpty();
        assertThat(registry.read("/nowhere/at/all")).isEmpty();
    }

    @Test
    void anEmptyValueIsAnEntryToo() {
        registry.create("/flags/a", new byte[0]);
        assertThat(registry.read("/flags/a").orElseThrow().value()).isEmpty();
        assertThat(registry.children("/flags")).containsOnlyKeys("a");
    }

    @Test
    void anEntryIsMadeOnce() {
        registry.create("/vms/a", text("first"));
        assertThatThrownBy(() -> client().create("/vms/a", text("second")))
                .isInstanceOf(RegistryException.Exists.class)
                .hasMessageContaining("/vms/a");
        assertThatThrownBy(() -> client().createLease("/vms/a", text("second")))
                .isInstanceOf(RegistryException.Exists.class);
        assertThat(registry.read("/vms/a").orElseThrow().text()).isEqualTo("first");
    }

    @Test
    void onlyTheHolderOfTheNewestVersionReplaces() {
        Registry.Entry first = registry.create("/vms/a", text("1"));
        Registry.Entry second = registry.replace(first, text("2"));
        assertThat(second.version()).isGreaterThan(first.version());
        assertThatThrownBy(() -> registry.replace(first, text("x"))).isInstanceOf(RegistryException.Changed.class);
        assertThatThrownBy(() -> registry.delete(first)).isInstanceOf(RegistryException.Changed.class);
        Registry.Entry third = client().replace(second, text("3"));
        assertThat(third.text()).isEqualTo("3");
        assertThat(registry.read("/vms/a").orElseThrow().version()).isEqualTo(third.version());
    }

    @Test
    void aDeletedEntryIsGoneAndIsDeletedOnce() {
        Registry.Entry entry = registry.create("/vms/a", text("1"));
        registry.delete(entry);
        assertThat(client().read("/vms/a")).isEmpty();
        assertThat(registry.children("/vms")).isEmpty();
        assertThatThrownBy(() -> registry.delete(entry)).isInstanceOf(RegistryException.Changed.class);
        assertThatThrownBy(() -> registry.replace(entry, text("2"))).isInstanceOf(RegistryException.Changed.class);
    }

    @Test
    void anEntryThatWasMadeAgainIsNotTheOldOne() {
        Registry.Entry old = registry.create("/vms/a", text("1"));
        registry.delete(old);
        Registry.Entry again = registry.create("/vms/a", text("1"));
        assertThatThrownBy(() -> registry.replace(old, text("x"))).isInstanceOf(RegistryException.Changed.class);
        assertThatThrownBy(() -> registry.delete(old)).isInstanceOf(RegistryException.Changed.class);
        registry.delete(again);
    }

    @Test
    void aParentIsNoEntryUntilItIsMadeOne() {
        Registry.Entry deep = registry.create("/a/b/c", text("deep"));
        assertThat(registry.read("/a/b")).isEmpty();
        assertThat(registry.children("/a")).isEmpty();
        Registry.Entry middle = registry.create("/a/b", text("middle"));
        assertThat(registry.children("/a")).containsOnlyKeys("b");
        assertThatThrownBy(() -> registry.create("/a/b", text("x"))).isInstanceOf(RegistryException.Exists.class);
        registry.delete(middle);
        assertThat(registry.read("/a/b")).isEmpty();
        assertThat(registry.read("/a/b/c").orElseThrow().version()).isEqualTo(deep.version());
    }

    @Test
    void childrenAreTheEntriesDirectlyBelow() {
        registry.create("/vms/b", text("B"));
        registry.create("/vms/a", text("A"));
        registry.create("/vms/a/owner", text("no"));
        registry.create("/vms-too/c", text("no"));
        Map<String, Registry.Entry> children = registry.children("/vms");
        assertThat(children).containsOnlyKeys("a", "b");
        assertThat(children.get("a").text()).isEqualTo("A");
        assertThat(children.get("b").path()).isEqualTo("/vms/b");
        assertThat(registry.children("/none")).isEmpty();
    }

    @Test
    void ofTwoClientsThatReplaceTheSameEntryExactlyOneWins() throws Exception {
        Registry other = client();
        Registry.Entry current = registry.create("/vms/raced", text("0"));
        for (int round = 0; round < 50; round++) {
            Registry.Entry expected = current;
            AtomicInteger won = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> racers = new ArrayList<>();
            for (Registry racer : List.of(registry, other)) {
                racers.add(Thread.startVirtualThread(() -> {
                    try {
                        go.await();
                        racer.replace(expected, text("same"));
                        won.incrementAndGet();
                    } catch (RegistryException.Changed e) {
                        assertThat(e).hasMessageContaining("/vms/raced");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            go.countDown();
            for (Thread racer : racers) {
                racer.join();
            }
            assertThat(won).as("winners of round %d", round).hasValue(1);
            current = registry.read("/vms/raced").orElseThrow();
        }
    }

    @Test
    void aLeaseEndsWithItsClientAndOtherEntriesStay() {
        Registry holder = client();
        Registry.Entry lease = holder.createLease("/hosts/h1", text("alive"));
        holder.create("/vms/a", text("stays"));
        assertThat(registry.read("/hosts/h1").orElseThrow().text()).isEqualTo("alive");
        assertThatThrownBy(() -> registry.createLease("/hosts/h1", text("mine")))
                .isInstanceOf(RegistryException.Exists.class);
        assertThat(holder.replace(lease, text("still")).text()).isEqualTo("still");
        holder.close();
        await().atMost(LIMIT).until(() -> registry.read("/hosts/h1").isEmpty());
        assertThat(registry.read("/vms/a")).isPresent();
        registry.createLease("/hosts/h1", text("mine"));
    }

    @Test
    void aWatchTellsWhatIsThereAndEachLaterState() {
        registry.create("/vms/a", text("1"));
        List<Map<String, Registry.Entry>> told = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = registry.watch("/vms", told::add)) {
            awaitLast(told, Map.of("a", "1"));
            Registry.Entry second = client().create("/vms/b", text("2"));
            awaitLast(told, Map.of("a", "1", "b", "2"));
            registry.delete(client().replace(second, text("3")));
            awaitLast(told, Map.of("a", "1"));
            registry.createLease("/vms/b", text("again"));
            awaitLast(told, Map.of("a", "1", "b", "again"));
        }
    }

    @Test
    void aWatchOfAPathThatIsNotThereYetTellsWhatAppears() {
        List<Map<String, Registry.Entry>> told = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = registry.watch("/later/on", told::add)) {
            awaitLast(told, Map.of());
            Registry other = client();
            Registry.Entry entry = other.create("/later/on/x", text("1"));
            awaitLast(told, Map.of("x", "1"));
            other.delete(entry);
            awaitLast(told, Map.of());
        }
    }

    @Test
    void aWatchNeverGoesBackAndEndsAtTheNewest() {
        Registry.Entry entry = registry.create("/counts/a", text("0"));
        List<Map<String, Registry.Entry>> told = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = client().watch("/counts", told::add)) {
            for (int i = 1; i <= 100; i++) {
                entry = registry.replace(entry, text("" + i));
            }
            awaitLast(told, Map.of("a", "100"));
            List<Integer> values = told.stream()
                    .filter(state -> state.containsKey("a"))
                    .map(state -> Integer.parseInt(state.get("a").text()))
                    .toList();
            assertThat(values).isSorted();
        }
    }

    @Test
    void aListenerMayUseTheRegistryAndEndItsOwnSubscription() {
        registry.create("/vms/a", text("1"));
        AtomicInteger calls = new AtomicInteger();
        BlockingQueue<Registry.Subscription> own = new LinkedBlockingQueue<>();
        CountDownLatch ended = new CountDownLatch(1);
        own.add(registry.watch("/vms", state -> {
            calls.incrementAndGet();
            registry.read("/vms/a");
            try {
                own.take().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended.countDown();
        }));
        await().atMost(LIMIT).until(() -> ended.getCount() == 0);
        List<Map<String, Registry.Entry>> witness = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = registry.watch("/vms", witness::add)) {
            registry.create("/vms/b", text("2"));
            awaitLast(witness, Map.of("a", "1", "b", "2"));
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void aListenerThatFailsIsCalledAgain() {
        List<Map<String, Registry.Entry>> told = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = registry.watch("/vms", state -> {
            told.add(state);
            throw new IllegalStateException("this listener fails on purpose");
        })) {
            awaitLast(told, Map.of());
            registry.create("/vms/a", text("1"));
            awaitLast(told, Map.of("a", "1"));
        }
    }

    @Test
    void theConnectionIsTold() {
        List<Boolean> told = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = registry.watchConnection(told::add)) {
            await().atMost(LIMIT).until(() -> !told.isEmpty() && told.getLast());
        }
    }

    @Test
    void aClosedClientAnswersNothing() {
        Registry closed = client();
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.read("/vms/a")).isInstanceOf(RegistryException.Unavailable.class);
        assertThatThrownBy(() -> closed.create("/vms/a", text("1"))).isInstanceOf(RegistryException.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "vms", "/vms/", "//a", "/a b", "/a/\u00e4"})
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> registry.read(path)).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> registry.create(path, text(""))).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> registry.watch(path, state -> {})).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void aValueBeyondTheBoundIsRefused() {
        registry.create("/big/most", new byte[Registry.MAX_VALUE_BYTES]);
        assertThatThrownBy(() -> registry.create("/big/more", new byte[Registry.MAX_VALUE_BYTES + 1]))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("/big/more");
    }

    private static void awaitLast(List<Map<String, Registry.Entry>> told, Map<String, String> expected) {
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(told).isNotEmpty();
            assertThat(texts(told.getLast())).isEqualTo(expected);
        });
    }

    private static Map<String, String> texts(Map<String, Registry.Entry> state) {
        Map<String, String> texts = new TreeMap<>();
        state.forEach((name, entry) -> texts.put(name, entry.text()));
        return texts;
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
