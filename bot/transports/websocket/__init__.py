"""One websocket to Webex, opened again whenever it ends, over a device of this process."""
