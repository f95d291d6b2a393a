/**
 * Encryption of volumes at rest: AES-256 in the mode XTS (IEEE 1619), a block of 4096 bytes as the data unit, with the block's
 * version and number as the tweak, both little-endian: {@code u64 version, u64 block}.
 *
 * <p>Versions mean the same on every host, so content travels, is copied, cleaned and verified as it is at rest, and no host
 * but that of the guest needs a key. Checksums are of what is stored. XTS hides content and makes any change of it noise; it is no
 * seal against who can write to the disk and compute checksums.
 *
 * <p>Entry types: {@link io.supercloud.image.internal.crypt.Secrecy}, {@link
 * io.supercloud.image.internal.crypt.BlockCipher}. Safe for use by many threads.
 */
package io.supercloud.image.internal.crypt;
