"""Design tokens, components, shell and formatting that all pages share."""
