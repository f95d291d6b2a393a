package io.supercloud.optimizer.deadline;

import io.supercloud.core.InvalidValueException;

/**
 * Work that must be done in time.
 *
 * @param workHours of an instance that runs without interruption
 * @param deadlineHours from the beginning on
 * @param changeoverHours that every start on an instance, the first included, is paid for without work being done
 */
public record Job(double workHours, double deadlineHours, double changeoverHours) {
    public Job {
        if (!(workHours > 0) || !(changeoverHours >= 0) || !(deadlineHours >= workHours + changeoverHours)) {
            throw new InvalidValueException("a job of %s h with a changeover of %s h cannot be done in %s h"
                    .formatted(workHours, changeoverHours, deadlineHours));
        }
    }
}
