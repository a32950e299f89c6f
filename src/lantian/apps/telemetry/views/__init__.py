"""Views of the air: read the request, ask one page, render."""
