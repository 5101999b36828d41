"""Delivery status notifications (RFC 3464): what mail servers report of our own mails, read and taken in.

Anybody can write one, so nothing in it is believed but for a mail whose token it brings, and then only of that mail.
"""

LARGEST = 1024 * 1024
