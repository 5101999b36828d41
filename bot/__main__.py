"""`python -m bot` is `helpdesk`."""

from bot.cli.main import main

main()
