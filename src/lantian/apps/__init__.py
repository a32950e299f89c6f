"""Django apps, thin, in one order."""
