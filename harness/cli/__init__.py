"""The command line: `gradmark`, or `python -m harness`.

Exit codes: 0 fine; 1 wrong or worse; 2 bad usage or input; 3 cannot tell; 4 nothing was measured.
"""

from . import functions, measuring
from .group import main
from .measuring import exit_code

__all__ = ["exit_code", "functions", "main", "measuring"]
