"""``python -m lantian.project`` is the ``lantian`` command; the supervisor starts its children this way."""

from lantian.project.cli import main

if __name__ == "__main__":
    main()
