"""Text from outside: made plain, compared, and made safe to show."""
