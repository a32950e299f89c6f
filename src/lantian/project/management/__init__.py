"""Commands that need Django."""
