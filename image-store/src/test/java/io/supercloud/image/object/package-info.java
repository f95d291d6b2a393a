/** Tests of object stores, and what tests of others use of them. */
package io.supercloud.image.object;
