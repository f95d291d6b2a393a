/** Tests of object stores on a real server, in a process of its own. */
package io.supercloud.objects;
