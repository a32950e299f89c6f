"""Evidence (证据链): a day of raw frames under one root, roots in a chain, files that prove it without the server."""
