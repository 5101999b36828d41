"""What leaves for Webex: each message once, and the calls it is sent with."""
