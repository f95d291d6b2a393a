/**
 * Where what is cold is kept: immutable objects in a store of a site.
 *
 * <p>Entry type: {@link io.supercloud.image.object.ObjectStore}, a port. {@link io.supercloud.image.object.DirectoryObjects} keeps them in a
 * directory, {@link io.supercloud.image.object.InMemoryObjects} is for tests and simulations; those of clouds are in the module objects.
 * {@link io.supercloud.image.object.Archives} are the stores of all sites, as one host sees them. Safe for use by many threads.
 */
package io.supercloud.image.object;
