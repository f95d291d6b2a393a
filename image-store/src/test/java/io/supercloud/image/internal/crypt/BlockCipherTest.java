package io.supercloud.image.internal.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockCipherTest {
    private static final int BLOCK = 4096;

    /** IEEE 1619-2007, annex B, vector 10; a longer unit begins as a shorter one does. */
    @Test
    void itIsXtsAsTheStandardHasIt() {
        byte[] key = HexFormat.of()
                .parseHex("2718281828459045235360287471352662497757247093699959574966967627"
                        + "3141592653589793238462643383279502884197169399375105820974944592");
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block.put(i, (byte) i);
        }
        new BlockCipher(key).encrypt(0, 0xff, block, 0);
        byte[] begin = new byte[64];
        block.get(0, begin);
        assertThat(HexFormat.of().formatHex(begin))
                .isEqualTo("1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b"
                        + "5d31e276f8fe4a8d66b317f9ac683f44680a86ac35adfc3345befecb4bb188fd");
    }

    @Test
    void aBlockComesBackAtItsVersionAndPlaceAlone() {
        SplittableRandom random = new SplittableRandom(5);
        byte[] key = new byte[BlockCipher.KEY_BYTES];
        random.nextBytes(key);
        BlockCipher cipher = new BlockCipher(key);
        byte[] content = new byte[2 * BLOCK];
        random.nextBytes(content);
        ByteBuffer plain = ByteBuffer.wrap(content.clone());
        ByteBuffer blocks = ByteBuffer.allocateDirect(2 * BLOCK).put(content).flip();

        cipher.encrypt(7, 3L << 40 | 9, blocks, BLOCK);
        assertThat(blocks.slice(0, BLOCK)).isEqualTo(plain.slice(0, BLOCK));
        assertThat(blocks.slice(BLOCK, BLOCK)).isNotEqualTo(plain.slice(BLOCK, BLOCK));
        cipher.decrypt(7, 3L << 40 | 8, blocks, BLOCK);
        assertThat(blocks.slice(BLOCK, BLOCK)).isNotEqualTo(plain.slice(BLOCK, BLOCK));
        cipher.encrypt(7, 3L << 40 | 8, blocks, BLOCK);
        cipher.decrypt(7, 3L << 40 | 9, blocks, BLOCK);
        assertThat(blocks).isEqualTo(plain);
    }
}
