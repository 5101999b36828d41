"""The desk's web pages: made on the server from templates, without scripts, for a browser of any kind."""
