/**
 * The journal of a replicated volume: what its owner writes, kept on several hosts until nobody needs it.
 *
 * <p>Entry types: {@link io.supercloud.image.internal.journal.VolumeJournal}, the one door to a journal's record in the
 * registry, and {@link io.supercloud.image.internal.journal.JournalFeed}, which writes. Safe for use by many threads.
 *
 * <p>A journal is a list of chunks, each a ledger ({@link io.supercloud.image.ledger.Ledgers}). The list stands in the
 * registry at {@code /journals/VOLUME} beside the epoch and the host that may write ({@link
 * io.supercloud.image.internal.journal.JournalRecord}). Whoever is to write at a higher epoch changes the record first, by a
 * compare-and-set, so that nobody else can add a chunk any more, and then ends every chunk that may still be written to: a
 * former owner is refused by the hosts that keep the ledger, whatever it believes.
 *
 * <p>A chunk is a list of entries. An entry, big-endian:
 *
 * <pre>
 *  0  u32  0x53434a31
 *  4  u32  flags: 1 the next entry belongs to this one, 2 an owner's first entry, 4 index of the chunk,
 *          8 the last of those that belong to each other
 *  8  u64  serial of the volume
 * 16  u32  number of records
 * 20  u32  CRC32C of bytes 0 to 19 and the records
 * 24       records of 28 bytes: u8 kind, u56 block, u64 version, u32 CRC32C of the content, u32 entry and u32 slot
 *          of the content in the index, 0 elsewhere
 *          content of the DATA records in their order, 4096 bytes each; none in the index
 * </pre>
 *
 * <p>The record of a block with the highest version counts. So entries may be there twice, and records that are live may be
 * copied to the end at any time. Owners append in the order of the versions: what lies before any place is a state that the
 * disk once had. Where that order is not known any more (a restarted owner sends what it had not sent before) entries belong to each
 * other, and count when the last of them is there. A full chunk ends with its index, so a reader of the journal needs no content.
 *
 * <p>A <b>mark</b> in the record keeps an instant: the highest version of that time. A chunk goes when its live content was appended
 * again, and no mark is older than that. Who goes on from a mark notes a <b>roll-back</b>: in the chunks until then higher versions than
 * the mark's are void for ever, and the volume has another serial from then on.
 *
 * <p>Where the owner's site has an object store, a full chunk moves there, entry by entry as it was, and its ledger is deleted ({@link
 * io.supercloud.image.internal.journal.ArchivedChunk}); the record in the registry says where it is. The object, big-endian:
 *
 * <pre>
 *  0  u32  0x53434131
 *  4  u32  number of entries
 *  8  u64  serial of the volume
 * 16  u32  CRC32C of bytes 0 to 15 and the list
 * 20       for each entry its u32 length and u32 CRC32C
 *          the entries
 * </pre>
 */
package io.supercloud.image.internal.journal;
