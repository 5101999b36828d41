"""The tables. A row is also the domain object: no relationships, nothing lazy, safe after its session.

Keys of what Webex names are the UUID within its id (helpdesk.platform.identifiers); `webex_id` is the id as
Webex gave it. Times are aware UTC. `search_name` is what helpdesk.platform.text.names makes of a name.
"""

from helpdesk.platform.store.tables import audit, bulk, columns, directory, events, mail, people, proof, search, sync

__all__ = ["audit", "bulk", "columns", "directory", "events", "mail", "people", "proof", "search", "sync"]
