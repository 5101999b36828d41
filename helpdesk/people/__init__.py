"""Who may use the desk: agents, roles, what each may see, and who is in a space."""
