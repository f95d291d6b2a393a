package io.supercloud.core;

/**
 * Who runs a VM. The epoch is the generation of this ownership: it grows by one each time the owner changes, and it
 * guards the disk, the network port and the execution of the VM alike.
 *
 * @param host the only host that may run the VM
 * @param epoch 1 or more
 */
public record Owner(HostId host, long epoch) {
    public Owner {
        if (epoch < 1) {
            throw new InvalidValueException("epoch %d is not valid: epochs begin with 1".formatted(epoch));
        }
    }

    /** The owner after {@code next} has taken over. */
    public Owner movedTo(HostId next) {
        return new Owner(next, epoch + 1);
    }
}
