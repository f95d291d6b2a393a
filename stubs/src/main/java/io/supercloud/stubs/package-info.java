/**
 * Location stubs: stand-ins for resources that are bound to one site. Touching one brings the VM to the site.
 *
 * <p>A network stub is an overlay address. Away from the resource's site the switch holds the first packet of a connection
 * to it; {@link io.supercloud.stubs.StubDecider} says whether the VM moves there; the client's own retransmission then
 * reaches {@link io.supercloud.stubs.StubGateway}, which stands for the resource on every host of its site. The decider is
 * pure; the gateway uses one virtual thread for each direction of a connection.
 */
package io.supercloud.stubs;
