"""Pages of the plan: its rules, and its text under review."""
