"""Webex's cloud on localhost, with a chat page and a mailbox.

It plays the other side: a bot that works here talks to the real Webex unchanged. It imports
nothing of the bot's, and it is never kinder than the real service where that is known.
"""
