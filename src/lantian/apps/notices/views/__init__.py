"""Pages: one's own inbox and wishes; channels and delivery record of the system administrator."""
