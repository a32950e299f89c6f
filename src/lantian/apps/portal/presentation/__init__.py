"""What the templates are given: figures with their computations, calendar cells, charts' data with summaries."""

from lantian.apps.portal.presentation.overview import overview_context, wall_context

__all__ = ["overview_context", "wall_context"]
