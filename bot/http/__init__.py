"""The process's web server: its bounds, and what is posted to it."""
