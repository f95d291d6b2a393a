/**
 * What is answered on a VM's own host to packets that the switch hands up: DHCP (RFC 2131 and 2132), and the notice that
 * a stub was touched.
 *
 * <p>Layout of DHCP: 236 bytes of BOOTP, the cookie 0x63825363, then options (code, length, value) up to code 255;
 * carried by UDP 68 to 67 and back. Sequence: DISCOVER, OFFER, REQUEST, ACK; a wrong REQUEST gets a NAK. Input that is
 * malformed is dropped.
 *
 * <p>Entry types: {@link io.supercloud.overlay.sdn.internal.services.PacketServices} and
 * {@link io.supercloud.overlay.sdn.internal.services.DhcpResponder}. Pure, except for
 * {@link io.supercloud.overlay.sdn.internal.services.Notices}, which owns one thread.
 */
package io.supercloud.overlay.sdn.internal.services;
