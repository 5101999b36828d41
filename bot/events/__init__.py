"""Events in the store: claimed by one process, handled in order, answered, marked done."""
