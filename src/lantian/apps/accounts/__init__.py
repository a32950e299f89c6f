"""People, organisations, areas and posts, and what a post may see and do."""
