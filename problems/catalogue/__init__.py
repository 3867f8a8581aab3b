"""The definitions, by the number of their coordinates."""

from . import any_dimension as any_dimension
from . import two_dimensions as two_dimensions
