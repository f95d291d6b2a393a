/**
 * Object stores of clouds, through jclouds: S3 and what speaks it, OpenStack Swift, Azure Blob and Google Cloud Storage.
 *
 * <p>Entry type: {@link io.supercloud.objects.JcloudsObjects}, an {@link io.supercloud.image.object.ObjectStore} by {@link
 * io.supercloud.objects.ObjectSettings}. Safe for use by many threads.
 */
package io.supercloud.objects;
