"""What people type into the ledgers."""
