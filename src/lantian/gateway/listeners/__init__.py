"""One listener for each protocol family: from bytes of a socket to frames in the spool, and answers back."""
