"""The second pass: what the gradient is at a point where the rules give no number.

The program is run along paths that lead away from the point, on generalised power series in place of numbers (series,
elementary). The tape is that of the recorded graph, and the rules are the table's (tape); each path is a probe (path,
probe), and all of them together tell what kind of point it is (classify). Nothing else in the engine depends on this
package but one hook, repair.py, which imports it at the first such point.
"""

from .examine import Singularity, examine
from .tape import Tape, tape_of

__all__ = ["Singularity", "Tape", "examine", "tape_of"]
