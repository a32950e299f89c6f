"""What each page shows: records and lake joined with the readings; one function per page."""
