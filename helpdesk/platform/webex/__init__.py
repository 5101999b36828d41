"""Webex's REST API: one session, bounded retries, pages, and whose calls they are."""
