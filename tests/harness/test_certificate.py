"""Certificates: what is right is never called wrong, what is wrong never correct, and what cannot be told is named."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import certify
from harness.errors import BadInputError

X = np.array([0.3, -1.1, 0.7])
A = np.random.default_rng(0).standard_normal((3, 3))
A32 = A.astype(np.float32)


def booth(x: Any) -> Any:
    return (x[0] + 2.0 * x[1] - 7.0) ** 2 + (2.0 * x[0] + x[1] - 5.0) ** 2


def expanded(x: Any) -> Any:
    """Booth's gradient. Near the minimum it rounds far more than the function does, though it is right."""
    return np.array([10.0 * x[0] + 8.0 * x[1] - 34.0, 8.0 * x[0] + 10.0 * x[1] - 38.0])


def into_zeros_like(x: Any) -> Any:
    y = np.zeros_like(x)
    for i in range(3):
        y[i] = x[i] ** 2
    y += 1.0
    return y.sum()


def recursive(x: Any, k: int = 5) -> Any:
    return x[0] if k == 0 else np.sin(recursive(x, k - 1)) * x[1] + x[2]


def newton(x: Any) -> Any:
    """The square root of the first coordinate, by a loop that ends when it is there."""
    y = 1.0
    while abs(y * y - x[0]) > 1e-14:
        y = 0.5 * (y + x[0] / y)
    return y


CALLS = []


def with_a_counter(x: Any) -> Any:
    CALLS.append(1)
    return np.sum(x**2)


def with_print(x: Any) -> Any:
    print("called")  # noqa: T201
    return np.sum(x)


NUMERICS: dict[str, Any] = {
    "norm": np.linalg.norm,
    "norm along an axis": lambda x: np.linalg.norm(np.outer(x, x + 1.0), axis=1).sum(),
    "norm of order 1": lambda x: np.linalg.norm(x, 1),
    "var": np.var, "std": np.std, "mean": np.mean, "median": np.median, "prod": np.prod, "sum of Python": sum,
    "dot": lambda x: np.dot(x, A[0]) ** 2,
    "@": lambda x: x @ A @ x,
    "float32 matrix": lambda x: x @ A32 @ x,
    "einsum": lambda x: np.einsum("i,ij,j", x, A, x),
    "where": lambda x: np.where(x > 0.0, x, x**2).sum(),
    "clip": lambda x: np.clip(x, -1.0, 1.0).sum(),
    "maximum": lambda x: np.maximum(x, 0.0).sum(),
    "cumsum": lambda x: np.sum(np.cumsum(x) ** 2),
    "repeated index": lambda x: np.sum(x[[0, 2, 0]] ** 2),
    "mask": lambda x: np.sum(x[x > 0.0] ** 2),
    "zeros_like": into_zeros_like,
    "int8": lambda x: np.int8(100) * x[0] + x[1] * np.int8(3),
    "float32": lambda x: np.sum(np.float32(0.1) * x) + x[0] * np.float32(0.3),
    "bool": lambda x: np.sum((x > 0.0) * x) + x[1] * np.bool_(True),
    "array of elements": lambda x: np.sum(np.array([x[0], x[1] * x[0], 1.0])),
    "stack": lambda x: np.sum(np.stack([x, x**2])),
    "outer, T, reshape, copy": lambda x: np.sum(np.outer(x, x).T.reshape(9).copy() ** 2),
    "concatenate": lambda x: np.sum(np.concatenate([x, [1.0], x]) ** 3),
    "sort": lambda x: np.sort(x)[0] ** 2,
    "argmax": lambda x: x[np.argmax(x)] ** 2,
    "vectorize": lambda x: np.sum(np.vectorize(lambda a: a * a)(x)),
    "recursion": recursive, "Newton": newton, "counter": with_a_counter, "print": with_print,
    "0-d": lambda x: np.asarray(np.sum(x**2)),
    "early return": lambda x: 0.0 if x[0] < 0.0 else np.sum(x),
    "constant": lambda x: 3.0, "integer": lambda x: 3, "float32 constant": lambda x: np.float32(3.0),
}  # fmt: skip


def richardson(f: Any, x: Any) -> Any:
    """Richardson's extrapolation: independent of the reference, and right to some ten digits."""

    def slope(i: int, h: float) -> float:
        e = np.zeros(3)
        e[i] = h
        return float(f(x + e) - f(x - e)) / (2.0 * h)

    return np.array([(4.0 * slope(i, 5e-4) - slope(i, 1e-3)) / 3.0 for i in range(3)])


@pytest.mark.parametrize("f", NUMERICS.values(), ids=NUMERICS)
def test_what_people_write_is_certified(f: Any) -> None:
    """The true components, made doubles, are correct; they are those of differences; and a small error is wrong."""
    x = np.abs(X) if f is newton else X
    true = np.array([component.true for component in certify(f, x, np.zeros(3)).components])
    assert true == pytest.approx(richardson(f, x), rel=1e-7, abs=1e-8)
    assert certify(f, x, true).outcome == "correct"
    for i in range(3):
        wrong = true.copy()
        wrong[i] += 1e-9 * max(1.0, abs(true[i]))
        certificate = certify(f, x, wrong)
        assert certificate.outcome == "wrong"
        assert [c.index for c in certificate.components if c.outcome == "wrong"] == [i]


def into_zeros(x: Any) -> Any:
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] ** 2
    return y.sum()


UNKNOWN: dict[str, tuple[Any, str]] = {
    "zeros": (into_zeros, "np.zeros_like(x), np.array([…]) hold any numbers"),
    "asarray": (lambda x: np.sum(np.asarray(x, dtype=float)), "make floats"),
    "astype": (lambda x: np.sum(x.astype(np.float32)), "make floats"),
    "float": (lambda x: float(x[0]), "make floats"),
    "math": (lambda x: math.sin(x[0]), "the functions of math take only floats"),
    "logaddexp": (lambda x: np.logaddexp(x[0], x[1]), "logaddexp"),
    "det": (lambda x: np.linalg.det(np.outer(x, x) + A), "det"),
    "isfinite": (lambda x: x[0] if np.isfinite(x).all() else 0.0, "isfinite"),
    "abs of complex": (lambda x: abs(x[0] + 1j), "complex"),
    "mod": (lambda x: x[0] % 0.25, "%"),
    "hash": (lambda x: {tuple(x): 1.0}[tuple(x)], "unhashable"),
    "longdouble": (lambda x: np.longdouble(2) * x[0], "longdouble"),
}


@pytest.mark.parametrize("gradient", [np.zeros(3), np.ones(3), np.zeros_like, lambda x: 0.0 * x])
@pytest.mark.parametrize(("f", "words"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_the_reference_does_not_know_cannot_be_told_and_is_named(f: Any, words: str, gradient: Any) -> None:
    certificate = certify(f, X, gradient)
    assert certificate.outcome == "cannot_tell"
    assert words in certificate.reason
    assert "Taped" not in certificate.reason
    assert len(certificate.reason) < 250
    assert not certificate


def test_what_the_engine_does_not_know_is_unsupported() -> None:
    certificate = certify(np.median, X)
    assert (certificate.outcome, certificate.gradient, certificate.components) == ("unsupported", None, ())
    assert "np.median" in certificate.reason
    assert certify(np.median, X, [1.0, 0.0, 0.0])


def falls_back(x: Any) -> Any:
    try:
        return float(x[0]) ** 2
    except TypeError:
        return 0.0


def by_type(x: Any) -> Any:
    return x[0] ** 2 if isinstance(x[0], float) else 3.0 * x[1]


@pytest.mark.parametrize("gradient", [None, np.zeros(3), np.array([0.6, 0.0, 0.0]), np.array([0.0, 3.0, 0.0])], ids=str)
@pytest.mark.parametrize("f", [falls_back, by_type])
def test_a_function_that_computes_something_else_for_other_numbers_is_not_trusted(f: Any, gradient: Any) -> None:
    """The engine and the reference might agree on what no float ever sees."""
    certificate = certify(f, X, gradient)
    assert certificate.outcome in ("cannot_tell", "unsupported")
    assert certificate.value == f(X)


def test_numbers_that_are_kept_from_another_call_are_not_trusted() -> None:
    kept: dict[str, Any] = {}

    def f(x: Any) -> Any:
        return kept.setdefault(str(x), np.sum(x**2))

    assert certify(f, X, np.zeros(3)).outcome == "wrong"
    certificate = certify(f, X, np.zeros(3))
    assert certificate.outcome == "cannot_tell"
    assert "kept from another call" in certificate.reason


CONSTANTS: dict[str, tuple[Any, Any, Any]] = {
    "0.1 · 3": (lambda x: 0.1 * x**3, lambda x: 0.3 * x**2, 1.7),
    "1/3 − 1": (lambda x: x ** (1 / 3), lambda x: (1 / 3) * x ** (-2 / 3), 1.7),
    "log 2": (lambda x: 2.0**x, lambda x: np.log(2.0) * 2.0**x, 1.7),
    "products": (
        lambda x: (0.1 * x[0] + 0.2 * x[1] - 0.7) ** 2,
        lambda x: np.array([0.02 * x[0] + 0.04 * x[1] - 0.14, 0.04 * x[0] + 0.08 * x[1] - 0.28]),
        [0.3, -1.1],
    ),
}


@pytest.mark.parametrize(("f", "gradient", "x"), CONSTANTS.values(), ids=CONSTANTS)
def test_constants_that_are_rounded_make_no_gradient_wrong(f: Any, gradient: Any, x: Any) -> None:
    assert certify(f, x, gradient).outcome == "correct"
    assert certify(f, x, lambda v: gradient(v) * (1.0 + 1e-12)).outcome == "wrong"


def in_a_buffer(x: Any) -> Any:
    """The same by code that balls cannot run."""
    found = np.zeros(2)
    found[0], found[1] = expanded(x)
    return found


@pytest.mark.parametrize("gradient", [expanded, in_a_buffer, lambda x: list(expanded(x))])
@pytest.mark.parametrize("x", [[1.0 + 1e-12, 3.0 - 1e-12], [1.0 + 1e-9, 3.0], [1.0, 3.0], [0.3, -1.1]], ids=str)
def test_code_that_is_right_and_rounds_badly_is_not_wrong(gradient: Any, x: Any) -> None:
    assert certify(booth, x, gradient).outcome in ("correct", "cannot_tell")
    assert certify(booth, [0.3, -1.1], gradient)


@pytest.mark.parametrize("gradient", [expanded, in_a_buffer])
@pytest.mark.parametrize("factor", [[1.0, 1.0 + 1e-6], [-1.0, 1.0], [0.0, 1.0], [1.0, 1e300]], ids=str)
def test_code_that_is_wrong(gradient: Any, factor: Any) -> None:
    assert certify(booth, [0.3, -1.1], lambda x: np.array(factor) * gradient(x)).outcome == "wrong"


@pytest.mark.parametrize(
    ("f", "x", "gradient"),
    [
        (abs, 0.0, lambda x: 2.0 + 0.0 * x),
        (lambda x: x * x, 0.7, lambda x: ((2.0 * x * (1.0 + 1e-10)) + 1e8) - 1e8),
        (lambda x: (x * x + 1e8) - 1e8, 0.7, lambda x: ((2.0 * x * (1.0 + 1e-12)) + 1e8) - 1e8),
        (lambda x: x * x, 0.7, lambda x: 2.0 * x * (1.0 + 1e-12 * isinstance(x, float))),
        (lambda x: 1e20 * x[0] + 1e-5 * x[1], [1.0, 2.0], lambda x: np.array([1e20, 1.1e-5]) + 0.0 * x),
    ],
    ids=["beyond a kink", "below its rounding", "below both roundings", "by type", "beside a large component"],
)
def test_code_that_hides_its_error(f: Any, x: Any, gradient: Any) -> None:
    assert certify(f, x, gradient).outcome == "wrong"


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        (lambda x: 1.0, "the gradient has shape ()"),
        (lambda x: None, "the gradient returns None"),
        (lambda x: 1j * x, "the gradient leaves the real numbers"),
        (lambda x: x.__imul__(2.0), "the gradient changes its argument"),
        (np.ones(2), "the gradient has shape (2,)"),
    ],
)
def test_a_gradient_that_is_none(gradient: Any, words: str) -> None:
    with pytest.raises(BadInputError) as error:
        certify(with_a_counter, X, gradient)
    assert words in str(error.value)


@pytest.mark.parametrize("f", [lambda x: x, lambda x: x[:1], lambda x: [x[0]]])
def test_a_function_that_is_no_scalar(f: Any) -> None:
    with pytest.raises(BadInputError, match="f returns an array of shape"):
        certify(f, X)


@pytest.mark.parametrize(
    ("x", "shape"),
    [(0.5, ()), (np.array(0.5), ()), (2, ()), ([0.5], (1,)), (np.ones((2, 3), dtype=np.float32), (2, 3))],
)
def test_shapes(x: Any, shape: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.exp(x) * x)

    for gradient in (None, lambda x: np.exp(x) * (x + 1.0)):
        certificate = certify(f, x, gradient)
        assert certificate
        assert np.shape(certificate.gradient) == shape
    assert certify(f, x, 1.000001 * np.asarray(certificate.gradient)).outcome == "wrong"


@pytest.mark.parametrize(
    ("f", "x", "gradient", "outcome"),
    [
        (abs, 0.0, 0.5, "cannot_tell"), (abs, 0.0, 2.0, "wrong"), (abs, 0.0, np.nan, "nonfinite"),
        (lambda x: x * abs(x), 0.0, 0.0, "correct"),
        (lambda x: np.maximum(x, 0.0), 0.0, 0.0, "cannot_tell"),
        (np.sqrt, 0.0, 1e300, "cannot_tell"), (np.sqrt, -1.0, 0.0, "undefined"), (np.log, 0.0, 0.0, "undefined"),
        (lambda x: x**2, 1e-200, 2e-200, "correct"), (lambda x: x**2, 1e-200, 1e-200, "wrong"),
        (lambda x: x * 1e200, 1e100, 1e200, "correct"), (lambda x: x * 1e200, 1e100, 1e199, "wrong"),
        (lambda x: 1.0 / (1.0 + np.exp(-x)), -1000.0, 0.0, "cannot_tell"),
        (lambda x: 0.3 if x == 0.3 else x, 0.3, 0.0, "cannot_tell"),
        (np.sin, 1.0, np.inf, "nonfinite"), (np.sin, 1.0, np.cos(1.0), "correct"), (np.sin, 1.0, -np.cos(1.0), "wrong"),
    ],
)  # fmt: skip
def test_edges(f: Any, x: float, gradient: float, outcome: str) -> None:
    certificate = certify(f, x, gradient)
    assert (certificate.outcome, bool(certificate)) == (outcome, outcome == "correct")
    assert (certificate.reason == "") == bool(certificate)
    assert "\n" not in certificate.reason


COEFFICIENTS = st.lists(st.floats(-10.0, 10.0).map(lambda c: round(c, 3)), min_size=2, max_size=5)


@settings(deadline=None, max_examples=40)
@given(st.lists(COEFFICIENTS, min_size=1, max_size=3), st.floats(0.1, 3.0), st.sampled_from([1e-9, -1e-9]))
def test_of_a_polynomial(polynomials: list[list[float]], size: float, error: float) -> None:
    """Its exact gradient, in rational numbers, made doubles, is correct; an error of 1e-9 is wrong."""
    from fractions import Fraction

    x = [size * (-1.0) ** k + k / 8.0 for k in range(len(polynomials))]
    slopes = [
        sum(k * Fraction(c) * Fraction(at) ** (k - 1) for k, c in enumerate(cs) if k)
        for cs, at in zip(polynomials, x, strict=True)
    ]
    sizes = [
        sum(k * abs(Fraction(c) * Fraction(at) ** (k - 1)) for k, c in enumerate(cs) if k)
        for cs, at in zip(polynomials, x, strict=True)
    ]

    def f(x: Any) -> Any:
        return sum(c * x[i] ** k for i, cs in enumerate(polynomials) for k, c in enumerate(cs))

    gradient = np.array([float(slope) for slope in slopes])
    assert certify(f, x, gradient).outcome == "correct"
    for i, slope in enumerate(slopes):
        if abs(slope) > sizes[i] / 1000:  # elsewhere it cancels
            wrong = gradient.copy()
            wrong[i] *= 1.0 + error
            assert certify(f, x, wrong).outcome == "wrong"


def test_a_thousand_components() -> None:
    x = np.linspace(-1.0, 1.0, 1000)
    gradient = 2.0 * x
    assert certify(with_a_counter, x, gradient)
    gradient[617] += 1e-12
    certificate = certify(with_a_counter, x, gradient)
    assert (certificate.outcome, "component 617" in certificate.reason) == ("wrong", True)
    assert "x[617]" in repr(certificate)
    assert "and 988 more, none of them worse" in repr(certificate)


def test_above_ten_thousand_some_are_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.reference.CERTIFY_ALL", 50)
    x = np.linspace(-1.0, 1.0, 60)
    assert certify(with_a_counter, x, 2.0 * x)
    for wrong in (1.0, np.nan):
        certificate = certify(with_a_counter, x, np.where(np.arange(60) == 59, wrong, 2.0 * x))
        assert certificate.outcome == ("nonfinite" if np.isnan(wrong) else "wrong")
        assert "certified are 24 of 60 components, at random and both ends" in repr(certificate)


def test_a_nan_that_is_not_among_the_certified_components_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.reference.CERTIFY_ALL", 50)
    x = np.linspace(-1.0, 1.0, 60)
    certified = {component.index for component in certify(with_a_counter, x).components}
    other = next(i for i in range(60) if i not in certified)
    assert certify(with_a_counter, x, np.where(np.arange(60) == other, np.nan, 2.0 * x)).outcome == "nonfinite"


def test_a_broken_engine_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule of the engine has a part in the verdict."""
    import engine

    right = engine.grad
    monkeypatch.setattr(engine, "grad", lambda f: lambda x: right(f)(x) * (1.0 + 1e-11))
    assert certify(with_a_counter, X).outcome == "wrong"


def test_a_certificate_with_a_gradient_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.certificate._by_the_engine", pytest.fail)
    assert certify(with_a_counter, X, 2.0 * X)


def test_warnings_of_the_function_change_no_verdict() -> None:
    def loud(x: Any) -> Any:
        warnings.warn("loud", stacklevel=1)
        return np.sum(x**2) + np.exp(np.array([-800.0]))[0]

    with np.errstate(all="raise"):
        assert certify(loud, X)


def test_the_point_is_left_alone() -> None:
    x = X.copy()
    certificate = certify(with_a_counter, x)
    x[0] = 9.0
    assert certificate.point.tolist() == X.tolist()


def test_printed_it_is_a_report() -> None:
    assert repr(certify(booth, [0.25, -1.0], lambda x: expanded(x) + np.array([0.0, 1.0]))).splitlines() == [
        "wrong: 1 of 2 components correct, 1.7 digits; the formula of component 1 is not its derivative",
        "f(0.25, -1) = 106.8125",
        "      gradient  true   error  allowed  verdict",
        "x[0]  -39.5     -39.5  0      7.1e-15  correct",
        "x[1]  -45       -46    1      7.1e-15  wrong",
        "true: proven on balls; allowed: 2 × what rounding may do + 1 ulp; wrong: beyond 4 × that",
    ]
