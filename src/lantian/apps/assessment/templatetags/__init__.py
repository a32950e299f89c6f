"""What templates of the assessment need beside those of the pages."""
