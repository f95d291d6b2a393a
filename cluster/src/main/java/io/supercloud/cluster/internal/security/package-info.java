/** PEM files, keys and the pinning of an authority, for {@link io.supercloud.cluster}. Safe for use by many threads. */
package io.supercloud.cluster.internal.security;
