"""Where the air is measured, and how observations come in (监测)."""
