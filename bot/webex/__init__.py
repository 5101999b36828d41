"""Webex as the desk uses it: what it tells of messages and presses, and what is written there."""
