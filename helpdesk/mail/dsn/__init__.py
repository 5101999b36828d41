"""Delivery status notifications (RFC 3464): what mail servers report of our own mails, read and taken in.

Anybody can write one, so nothing in it is believed but for a mail whose token it brings, and then only of that mail.
"""

# A report quotes our mail, which is small. What is larger is no report, or made to keep us busy.
LARGEST = 96 * 1024
