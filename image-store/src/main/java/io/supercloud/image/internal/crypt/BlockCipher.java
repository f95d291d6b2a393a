package io.supercloud.image.internal.crypt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-XTS for blocks of 4096 bytes; document in the package. */
public final class BlockCipher {
    static final int KEY_BYTES = 64;
    private static final int BLOCK_BYTES = 4096;
    private static final int AES_BYTES = 16;
    private static final int MAX_IDLE = 32;
    /** The polynomial of the field that tweaks are multiplied in. */
    private static final long REDUCTION = 0x87;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final SecretKeySpec data;
    private final SecretKeySpec tweak;
    private final ArrayBlockingQueue<Worker> idle = new ArrayBlockingQueue<>(MAX_IDLE);

    /** @param key the one for data, then the one for tweaks */
    BlockCipher(byte[] key) {
        this.data = new SecretKeySpec(key, 0, KEY_BYTES / 2, "AES");
        this.tweak = new SecretKeySpec(key, KEY_BYTES / 2, KEY_BYTES / 2, "AES");
    }

    /** Ciphers are used by one thread at a time. */
    private static final class Worker {
        private final Cipher encrypt;
        private final Cipher decrypt;
        private final Cipher tweak;
        private final byte[] content = new byte[BLOCK_BYTES];
        private final byte[] tweaks = new byte[BLOCK_BYTES];

        Worker(SecretKeySpec dataKey, SecretKeySpec tweakKey) throws GeneralSecurityException {
            encrypt = cipher(Cipher.ENCRYPT_MODE, dataKey);
            decrypt = cipher(Cipher.DECRYPT_MODE, dataKey);
            tweak = cipher(Cipher.ENCRYPT_MODE, tweakKey);
        }

        private static Cipher cipher(int mode, SecretKeySpec key) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, key);
            return cipher;
        }

        void run(Cipher cipher, long block, long version, ByteBuffer blocks, int at) throws GeneralSecurityException {
            LONGS.set(tweaks, 0, version);
            LONGS.set(tweaks, Long.BYTES, block);
            tweak.doFinal(tweaks, 0, AES_BYTES, tweaks, 0);
            spread();
            blocks.get(at, content);
            mix();
            cipher.doFinal(content, 0, BLOCK_BYTES, content, 0);
            mix();
            blocks.put(at, content);
        }

        /** Each tweak is the one before, times the field's generator. */
        private void spread() {
            long low = (long) LONGS.get(tweaks, 0);
            long high = (long) LONGS.get(tweaks, Long.BYTES);
            for (int at = AES_BYTES; at < BLOCK_BYTES; at += AES_BYTES) {
                long carry = high >> (Long.SIZE - 1) & REDUCTION;
                high = high << 1 | low >>> (Long.SIZE - 1);
                low = low << 1 ^ carry;
                LONGS.set(tweaks, at, low);
                LONGS.set(tweaks, at + Long.BYTES, high);
            }
        }

        private void mix() {
            for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
                LONGS.set(content, at, (long) LONGS.get(content, at) ^ (long) LONGS.get(tweaks, at));
            }
        }
    }

    /** Encrypts the block at {@code at} of {@code blocks} in its place. */
    public void encrypt(long block, long version, ByteBuffer blocks, int at) {
        use(worker -> worker.run(worker.encrypt, block, version, blocks, at));
    }

    /** Decrypts the block at {@code at} of {@code blocks} in its place. */
    public void decrypt(long block, long version, ByteBuffer blocks, int at) {
        use(worker -> worker.run(worker.decrypt, block, version, blocks, at));
    }

    /** Something with a worker. */
    @FunctionalInterface
    private interface Use {
        void of(Worker worker) throws GeneralSecurityException;
    }

    private void use(Use use) {
        try {
            Worker known = idle.poll();
            Worker worker = known == null ? new Worker(data, tweak) : known;
            use.of(worker);
            idle.offer(worker);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }
}
