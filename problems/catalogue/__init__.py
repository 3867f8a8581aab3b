"""The definitions, by their kind."""

from . import bowls as bowls
from . import creases as creases
from . import curve_fits as curve_fits
from . import dixon_szego as dixon_szego
from . import equations as equations
from . import few_coordinates as few_coordinates
from . import kinked as kinked
from . import least_squares as least_squares
from . import multimodal as multimodal
from . import one_coordinate as one_coordinate
from . import polynomials as polynomials
from . import valleys as valleys
from . import waves as waves
