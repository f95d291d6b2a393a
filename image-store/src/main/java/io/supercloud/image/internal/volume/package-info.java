/**
 * A volume over a log: map, versions, states, and the copy on the former host.
 *
 * <p>Entry type: {@link io.supercloud.image.internal.volume.BlockVolume}. Reads take no lock; changes of log and map are
 * ordered by one lock that is never held while another host is asked; state changes wait for running writes.
 */
package io.supercloud.image.internal.volume;
