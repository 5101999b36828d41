"""From an event to the command that is meant, and to where its answer may be read."""
