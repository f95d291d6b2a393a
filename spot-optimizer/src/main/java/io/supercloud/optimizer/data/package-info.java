/**
 * Recorded data that rehearsals and plans are made from: availability of spot instances, tariffs of egress, list prices,
 * latencies, and load over the day.
 *
 * <p>{@link io.supercloud.optimizer.data.DataFolder} finds the files of a folder by their form, never by their name. Every
 * reader refuses the first value that is not as it must be, with file and line. All types but the reader of a file are
 * immutable.
 */
package io.supercloud.optimizer.data;
