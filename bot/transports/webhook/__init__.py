"""Webhooks: registered at Webex, and taken in with their signature."""
