"""The command `helpdesk`: a subcommand a file."""
