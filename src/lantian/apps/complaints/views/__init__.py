"""Pages of the complaints, and the hotlines' interface."""
