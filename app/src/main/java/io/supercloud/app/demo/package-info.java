/**
 * The demo: everything once, for real. {@link io.supercloud.app.demo.DemoCommand} drives it,
 * {@link io.supercloud.app.demo.ClientProcess} is the client outside the VM, a process in a network namespace of its own
 * that sees the VM only through the overlay.
 */
package io.supercloud.app.demo;
