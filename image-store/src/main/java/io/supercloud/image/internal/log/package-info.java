/**
 * The log of a volume: records appended to segment files, or to memory.
 *
 * <p>Entry types: {@link io.supercloud.image.internal.log.BlockLog} and its two kinds. Appends come under the volume's
 * lock; reads run beside them and beside each other.
 *
 * <p>A volume's directory holds segments {@code 0000000001.segment} and so on, up to 8 MiB each, each a list of records
 * without gaps. A record, big-endian:
 *
 * <pre>
 *  0  u32  magic 0x53434c47
 *  4  u32  kind: 1 data, 2 zero, 3 absent, 4 base, 5 state
 *  8  u64  block number; state: epoch &lt;&lt; 8 | state code
 * 16  u64  version = epoch &lt;&lt; 40 | sequence
 * 24  u32  length of the data: 4096 for kind 1, otherwise 0
 * 28  u32  how many bytes of this segment were durable when this record was written
 * 32  u32  CRC32C of the data
 * 36  u32  CRC32C of bytes 0 to 35
 * 40       the data
 * </pre>
 *
 * <p>The last record of a block in the order of the log counts, so a record that is copied to the head by the cleaner
 * may be there twice. The newest segment may end in a torn record, which is cut off at opening; the durable length in
 * later records tells a torn tail, which no flush has promised, from a damaged disk.
 */
package io.supercloud.image.internal.log;
