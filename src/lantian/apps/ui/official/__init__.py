"""Official papers (公文) in the layout of GB/T 9704-2012: one document, set as DOCX and PDF, and a check of it."""
