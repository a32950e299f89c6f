"""Pages: signing in, one's own security, people, organisations, duty, administrators' work."""
