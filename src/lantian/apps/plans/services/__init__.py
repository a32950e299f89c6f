"""What people do with a plan's text."""
