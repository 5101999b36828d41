"""Webex's REST API under `/v1`, as far as a bot, the people writing to it and a partner's administrators need it."""

from playground.rest import administration, messages, spaces, webhooks

ROUTES = (*administration.ROUTES, *messages.ROUTES, *spaces.ROUTES, *webhooks.ROUTES)
