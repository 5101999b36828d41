"""The name index: people and organizations found by what was typed."""
