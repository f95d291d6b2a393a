/**
 * Reading of files that are not believed, shared by the packages of this module. Nothing here is safe for several threads.
 */
package io.supercloud.optimizer.internal;
