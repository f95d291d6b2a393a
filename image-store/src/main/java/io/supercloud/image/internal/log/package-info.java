/**
 * The log of a volume: records appended to segment files, or to memory.
 *
 * <p>Entry types: {@link io.supercloud.image.internal.log.BlockLog} and its two kinds. Appends come under the volume's
 * lock; reads run beside them and beside each other.
 *
 * <p>A volume's directory holds segments {@code 0000000001.segment} and so on. A segment begins with an index of 128 KiB,
 * which has space for 4096 records, and then come up to 2048 blocks of content, 4096 bytes each. Records and content are
 * appended without gaps; content is written before the record that names it. A record, big-endian:
 *
 * <pre>
 *  0  u8   kind: 1 data, 2 zero, 3 absent, 4 base, 5 state, 6 forced
 *  1  u56  block number; state: epoch &lt;&lt; 8 | state code, or 0 for none; forced: see below
 *  8  u64  version = epoch &lt;&lt; 40 | sequence; state: the highest version given so far
 * 16  u32  data: which block of the content; first record of a segment: how many records the segment before has
 * 20  u32  data: CRC32C of the content
 * 24  u32  how many times the segment was written to before
 * 28  u32  CRC32C of bytes 0 to 27, exclusive or 0x9e3779b1 times the segment's number
 * </pre>
 *
 * <p>The last record of a block in the order of the log counts, so a record that is copied to the head by the cleaner
 * may be there twice. Each segment begins with the state as it is then, so no older one is needed for that. A segment without
 * records that count is given up, and its file may become a new segment: its old records have another number.
 *
 * <p><b>What is durable.</b> A record FORCED says that the log is durable before segment {@code block >> 24}, record {@code
 * block & 0xffffff}; each segment begins with one behind the state. At opening everything before the last such place must be
 * as it was written. What comes behind may be torn by a loss of power, and is cut off at the first record that is not whole
 * with its content; so what remains is a state that the log once had, with all that a flush has promised.
 */
package io.supercloud.image.internal.log;
