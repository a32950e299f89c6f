"""What the plan's pages show."""
