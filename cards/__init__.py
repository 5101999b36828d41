"""What people see: pure functions from domain objects to cards, in the reader's language."""
