"""Rankings and bulletins."""
