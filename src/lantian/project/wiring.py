"""The one place where a lower part's hook is joined to a higher part.

A lower app never imports a higher one: it keeps a hook with a harmless default, and ``connect`` fills it.
"""


def connect() -> None:
    """Join all hooks; called once, when Django has loaded its apps."""
