"""What lets an agent go on: a verified caller, a second agent, a customer's consent."""
