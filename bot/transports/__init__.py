"""How Webex's events come in: over a websocket or by webhooks, and what was missed is asked for."""
