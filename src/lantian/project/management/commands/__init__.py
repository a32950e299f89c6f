"""Commands that need Django; ``lantian`` calls them."""
