package io.supercloud.overlay.sdn;

/** A VM of this host tried to connect to a stub whose site is elsewhere; its SYN is held. */
public record StubTouch(PortId port, String stub) {}
