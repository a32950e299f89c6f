"""The template library ``ui``, loaded everywhere."""
