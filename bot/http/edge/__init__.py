"""The server's edge: every route, present and future, is bounded here in time, size and number.

`server` puts it together: a `Connection` counts among `Connections`, and its requests are `BoundedRequest`s.
"""
