"""One module for each subcommand of ``lantian``."""
