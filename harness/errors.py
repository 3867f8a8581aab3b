"""Errors that a user can mend. Each message is one line: what was wrong, with the value, and what would be right."""

LONGEST = 300
"""Characters of a line that something else than this package said."""


class BadInputError(Exception):
    """What was given cannot be used."""


class NothingMeasuredError(Exception):
    """There are no figures to work on."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """What was said, as it can stand in a table and on a terminal: one line, of printable characters, not too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
