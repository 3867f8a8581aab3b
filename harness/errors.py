"""Errors that a user can mend. Each message is one line: what was wrong, with the value, and what would be right."""


class BadInputError(Exception):
    """What was given cannot be used."""


class NothingMeasuredError(Exception):
    """There are no figures to work on."""
