"""Random programs with derivatives inside derivatives, which use all that is in sight: exact, as polynomials are."""

import itertools
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Variable, grad, jacobian, jvp, value_and_grad, vjp

SLOPES = {
    "grad": grad,
    "value_and_grad": lambda f: lambda x: value_and_grad(f)(x)[1],
    "jvp": lambda f: lambda x: jvp(f)(x, 1.0)[1],
    "vjp": lambda f: lambda x: vjp(f)(x)[1](1.0),
    "jacobian": jacobian,
}
OPERATIONS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}


class Polynomial:
    """A sum of terms: from a sorted tuple of variables, each as often as its power says, to the coefficient."""

    def __init__(self, terms):
        self.terms = {variables: factor for variables, factor in terms.items() if factor}

    def __add__(self, other):
        both = self.terms.keys() | other.terms.keys()
        return Polynomial({key: self.terms.get(key, 0) + other.terms.get(key, 0) for key in both})

    def __sub__(self, other):
        return self + constant(-1) * other

    def __mul__(self, other):
        total = {}
        for (a, x), (b, y) in itertools.product(self.terms.items(), other.terms.items()):
            key = tuple(sorted(a + b))
            total[key] = total.get(key, 0) + x * y
        return Polynomial(total)

    def slope(self, variable):
        total = constant(0)
        for key, factor in self.terms.items():
            if power := key.count(variable):
                at = key.index(variable)
                total += Polynomial({key[:at] + key[at + 1 :]: power * factor})
        return total

    def at(self, variable, value):
        total = constant(0)
        for key, factor in self.terms.items():
            term = Polynomial({tuple(one for one in key if one != variable): factor})
            for _ in range(key.count(variable)):
                term *= value
            total += term
        return total

    @property
    def number(self):
        return self.terms.get((), 0)


def constant(number):
    return Polynomial({(): number})


def made(random, depth):
    """A program: ("grad", f, x), say, is the derivative of the program f, which also sees its argument, at x."""
    kind = random.random()
    if depth == 0 or kind < 0.25:
        return "value", random.randrange(12)
    if kind < 0.33:
        return "number", random.randrange(-2, 3)
    return random.choice("+-*" if kind < 0.72 else [*SLOPES]), made(random, depth - 1), made(random, depth - 1)


programs = st.integers(0, 2**32).map(lambda seed: made(Random(seed), 5))


def run(program, seen):
    """What a program gives; `seen` are the values that it may use."""
    what, *parts = program
    if what == "value":
        return seen[parts[0] % len(seen)]
    if what == "number":
        return float(parts[0])
    if what in OPERATIONS:
        return OPERATIONS[what](*(run(part, seen) for part in parts))
    body, at = parts
    return SLOPES[what](lambda x: run(body, [*seen, x]))(run(at, seen))


def run_exactly(program, seen):
    what, *parts = program
    if what == "value":
        return seen[parts[0] % len(seen)]
    if what == "number":
        return constant(parts[0])
    if what in OPERATIONS:
        return OPERATIONS[what](*(run_exactly(part, seen) for part in parts))
    body, at = parts
    x = len(seen)
    return run_exactly(body, [*seen, Polynomial({(x,): 1})]).slope(x).at(x, run_exactly(at, seen))


small = st.integers(-2, 2)


@settings(max_examples=300)
@given(program=programs, outer=st.sampled_from(list(SLOPES)), x=small, w=small)
def test_whatever_is_differentiated_inside_and_closed_over(program, outer, x, w):
    exact = run_exactly(program, [Polynomial({(0,): 1}), Polynomial({(1,): 1})])
    of_interest = exact, exact.slope(0), exact.slope(1), exact.slope(0).slope(1)
    value, by_x, by_w, by_both = (one.at(0, constant(x)).at(1, constant(w)).number for one in of_interest)

    closed_over = Variable(float(w))
    slope = SLOPES[outer](lambda v: run(program, [v, closed_over]))(float(x))
    assert getattr(slope, "data", slope) == by_x
    if isinstance(slope, Variable):
        slope.backward()
    assert (closed_over.grad or 0.0) == by_both

    a, b = Variable(float(x)), Variable(float(w))
    result = run(program, [a, b])
    assert getattr(result, "data", result) == value
    if isinstance(result, Variable):
        result.backward()
    assert (a.grad or 0.0, b.grad or 0.0) == (by_x, by_w)
