"""The observation lake: append, read, as-of, roll-up. No Django."""
