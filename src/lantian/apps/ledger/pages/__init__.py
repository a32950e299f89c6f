"""What the pages of the ledgers show, made from the kind's record alone."""
