package io.supercloud.migration;

import io.supercloud.core.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The disk from which cloud-init in a guest takes its first configuration (its NoCloud source): a FAT file system with the
 * label CIDATA and the files {@code meta-data} and {@code user-data}. A pure function of the specification, so that every
 * host makes the same bytes and a guest may have read any part of them before it moves.
 *
 * <p>The file system (Microsoft's FAT specification 1.03), in sectors of 512 bytes, which are its clusters too:
 *
 * <pre>
 * 0      boot sector with the layout
 * 1, 2   the table of clusters and its copy, 12 bits an entry
 * 3      the root directory: the label, and for each file an entry for its long name and one for its short one
 * 4...   the files
 * </pre>
 */
public final class SeedImage {
    public static final int BYTES = 128 << 10;

    private static final int SECTOR_BYTES = 512;
    private static final int ROOT_SECTOR = 3;
    private static final int FIRST_DATA_SECTOR = 4;
    private static final int FIRST_CLUSTER = 2;
    private static final int ENTRY_BYTES = 32;
    private static final int LONG_NAME_CHARACTERS = 13;
    private static final int LAST_CLUSTER = 0xFFF;
    private static final byte FIXED_DISK = (byte) 0xF8;
    private static final byte LABEL = 0x08;
    private static final byte LONG_NAME = 0x0F;
    private static final byte FILE = 0x20;
    /** 1980-01-01, the first date that there is. */
    private static final short FIRST_DATE = 0x21;

    private final ByteBuffer image = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int nextEntry;
    private int nextCluster = FIRST_CLUSTER;

    private SeedImage() {}

    /** The image for a VM; throws where it has no user data. */
    public static byte[] of(VmSpec spec) {
        if (spec.userData().isEmpty()) {
            throw new InvalidValueException("VM %s has no user data".formatted(spec.id()));
        }
        SeedImage seed = new SeedImage();
        seed.bootSector(spec.id().value().hashCode());
        seed.label();
        seed.file("meta-data", "META-D~1   ", "instance-id: %s\nlocal-hostname: %s\n".formatted(spec.id(), spec.id()));
        seed.file("user-data", "USER-D~1   ", spec.userData());
        return seed.image.array();
    }

    private void bootSector(int serial) {
        image.put(0, new byte[] {(byte) 0xEB, 0x3C, (byte) 0x90});
        text(3, "SUPERCLD");
        image.putShort(11, (short) SECTOR_BYTES);
        image.put(13, (byte) 1);
        image.putShort(14, (short) 1);
        image.put(16, (byte) 2);
        image.putShort(17, (short) (SECTOR_BYTES / ENTRY_BYTES));
        image.putShort(19, (short) (BYTES / SECTOR_BYTES));
        image.put(21, FIXED_DISK);
        image.putShort(22, (short) 1);
        image.putShort(24, (short) 32);
        image.putShort(26, (short) 2);
        image.put(36, (byte) 0x80);
        image.put(38, (byte) 0x29);
        image.putInt(39, serial);
        text(43, "CIDATA     FAT12   ");
        image.putShort(510, (short) 0xAA55);
        link(0, 0xF00 | FIXED_DISK & 0xFF);
        link(1, LAST_CLUSTER);
    }

    private void text(int at, String ascii) {
        image.put(at, ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** Two entries share three bytes. */
    private void link(int cluster, int next) {
        for (int table = 1; table <= 2; table++) {
            int at = table * SECTOR_BYTES + cluster * 3 / 2;
            int pair = image.getShort(at) & 0xFFFF;
            boolean even = cluster % 2 == 0;
            image.putShort(at, (short) (even ? pair & 0xF000 | next : pair & 0x000F | next << 4));
        }
    }

    private int entry() {
        int at = ROOT_SECTOR * SECTOR_BYTES + nextEntry * ENTRY_BYTES;
        nextEntry++;
        return at;
    }

    private void label() {
        int at = entry();
        text(at, "CIDATA     ");
        image.put(at + 11, LABEL);
        image.putShort(at + 24, FIRST_DATE);
    }

    private void file(String name, String shortName, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        longName(name, shortName);
        int at = entry();
        text(at, shortName);
        image.put(at + 11, FILE);
        image.putShort(at + 24, FIRST_DATE);
        image.putShort(at + 26, (short) nextCluster);
        image.putInt(at + 28, bytes.length);
        int clusters = (bytes.length + SECTOR_BYTES - 1) / SECTOR_BYTES;
        image.put((FIRST_DATA_SECTOR + nextCluster - FIRST_CLUSTER) * SECTOR_BYTES, bytes);
        for (int i = 1; i <= clusters; i++) {
            link(nextCluster, i == clusters ? LAST_CLUSTER : nextCluster + 1);
            nextCluster++;
        }
    }

    private void longName(String name, String shortName) {
        int at = entry();
        image.put(at, (byte) 0x41);
        image.put(at + 11, LONG_NAME);
        image.put(at + 13, checksum(shortName));
        for (int i = 0; i < LONG_NAME_CHARACTERS; i++) {
            char character = i < name.length() ? name.charAt(i) : i == name.length() ? 0 : (char) 0xFFFF;
            image.putShort(at + characterOffset(i), (short) character);
        }
    }

    /** Five characters from byte 1 on, six from 14, two from 28. */
    private static int characterOffset(int index) {
        int base = index < 5 ? 1 : index < 11 ? 4 : 6;
        return base + 2 * index;
    }

    private static byte checksum(String shortName) {
        int sum = 0;
        for (byte character : shortName.getBytes(StandardCharsets.US_ASCII)) {
            sum = ((sum & 1) << 7) + (sum >> 1) + character & 0xFF;
        }
        return (byte) sum;
    }
}
