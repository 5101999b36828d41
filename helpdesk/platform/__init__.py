"""What everything of the desk stands on: the store, jobs, Webex's REST API, text, language, clock."""
