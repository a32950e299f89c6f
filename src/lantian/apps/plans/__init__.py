"""The plan and its rules as pages: for now the standards in force and the articles."""
