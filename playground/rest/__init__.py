"""Webex's REST API under `/v1`, as far as a bot and the people writing to it need it."""

from playground.rest import messages, spaces, webhooks

ROUTES = (*messages.ROUTES, *spaces.ROUTES, *webhooks.ROUTES)
