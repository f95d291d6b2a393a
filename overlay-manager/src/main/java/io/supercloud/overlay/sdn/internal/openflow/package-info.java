/**
 * OpenFlow 1.4 (wire 0x05), as much of it as the controller speaks, with the Nicira extensions of Open vSwitch.
 *
 * <p>Sequence: both say HELLO (this side offers 1.4 alone); the controller asks FEATURES and sets SET_CONFIG, then dumps
 * the flows (MULTIPART). A change is BUNDLE_CONTROL open, one BUNDLE_ADD for each FLOW_MOD, BUNDLE_CONTROL commit
 * (atomic and ordered) and a BARRIER, sent at once; the answers come in order. PACKET_IN and ECHO may come at any time.
 * Layout: 8 bytes of header (version, type, length, transaction), then the body; big-endian. Input of other versions,
 * lengths or unknown types is refused, which ends the connection. Source: OpenFlow Switch Specification 1.4.0, and
 * nicira-ext.h for experimenter 0x2320.
 *
 * <p>Entry types: {@link io.supercloud.overlay.sdn.internal.openflow.MessageCodec},
 * {@link io.supercloud.overlay.sdn.internal.openflow.Flow} and
 * {@link io.supercloud.overlay.sdn.internal.openflow.OpenFlowServer}. Values are immutable; a server runs one event loop
 * thread.
 */
package io.supercloud.overlay.sdn.internal.openflow;
