"""What the desk holds about one person: shown to them when they ask for it, and forgotten when they are to be."""
