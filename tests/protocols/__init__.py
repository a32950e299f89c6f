"""Protocol families: framing, fields, messages."""
