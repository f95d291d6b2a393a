/**
 * The block pool of one host: imported images, volumes over them, the NBD server that gives volumes to QEMU, and the
 * hand-over of a volume from host to host.
 *
 * <p>Start with {@link io.supercloud.image.VolumePool}, {@link io.supercloud.image.Volume} and {@link
 * io.supercloud.image.NbdServer}. All entry types are safe for use by many threads; methods block.
 *
 * <p><b>A volume</b> shows a base image where it was never written, and otherwise the last record of the block in its
 * log. A write is acknowledged when the kernel has it, so it survives the death of the agent; a flush or a write with
 * FUA when the disk has it. Every record has checksums that each read verifies: damage is an error or is mended from the
 * former host, and never wrong data.
 *
 * <p><b>Versions.</b> The owner at an epoch gives each write of a block the version {@code epoch << 40 | sequence}. A
 * version means one content, on every host, for ever: copies compare versions, not content, and the highest version seen
 * is a cursor into the changes. After a restart the sequence skips what a loss of power may have swallowed.
 *
 * <p><b>A move.</b> {@link io.supercloud.image.VolumePool#standby} at the target; {@link
 * io.supercloud.image.Volume#catchUp} gets versions and {@link io.supercloud.image.Volume#prefetch} content while the
 * guest runs at the source. Then {@link io.supercloud.image.Volume#seal} at the source, {@link
 * io.supercloud.image.Volume#open(Seal)} at the target: a last list of versions and one forced write. The map then knows
 * the version of every block; blocks whose content is missing are recorded as absent, so that a restart knows them too,
 * and come when they are read or prefetched. {@link io.supercloud.image.Volume#retire} leaves the source's blocks as a
 * cache: on the return only versions above the seal travel.
 *
 * <p><b>An image</b> ({@link io.supercloud.image.ImageStore}) is a list of chunks of 1 MiB by content, each named by the
 * digests of its blocks. A volume's move to a host without its image brings the list first and then blocks, those that are read
 * at once and the others hottest first; blocks that an image there has are not sent. {@link io.supercloud.image.ImageFiles}
 * takes files of other formats in and out.
 *
 * <p><b>Encryption</b> ({@link io.supercloud.image.Encryption}): what is written to a volume over an image with a {@link
 * io.supercloud.image.KeyReference} is stored, moved and copied encrypted; only the guest's host looks the key up.
 *
 * <p><b>A copy</b> of one instant ({@link io.supercloud.image.VolumePool#copy}) shares its origin's full segments by links
 * to the files: a segment stays for as long as one volume has it, whatever the others' cleaners do. Snapshots and clones
 * are copies; they have serials of their own, so their versions never mix with the origin's.
 *
 * <p>A volume whose {@link io.supercloud.image.Durability} is replicated has a journal on other hosts too: what a flush promises is
 * durable there, and {@link io.supercloud.image.VolumePool#recover} opens it where its owner is lost.
 *
 * <p>A stale owner can not write: a sealed or retired volume refuses, whatever client is still connected, and the pool
 * refuses to open a volume at an epoch that is over.
 */
package io.supercloud.image;
