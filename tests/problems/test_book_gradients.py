"""The gradients that the books print, called as the books call them."""

import pytest

import problems
from engine import Variable


@pytest.mark.parametrize(
    ("name", "point", "gradient", "error"),
    [
        ("sphere", (1.0, 1.0), (2.0, 2.0), 0.0),
        ("matyas", (1.0, 1.0), (0.04, 0.04), 1e-15),
        ("goldstein_price", (1.0, 1.0), (-5376.0, 8064.0), 0.0),
        ("rosenbrock", (0.0, 2.0), (-2.0, 400.0), 0.0),
    ],
)
def test_a_book_gradient(name, point, gradient, error):
    x, y = Variable(point[0]), Variable(point[1])
    problems.get(name)(x, y).backward()
    assert (x.grad, y.grad) == pytest.approx(gradient, rel=0.0, abs=error)

    vector = Variable(point)
    problems.get(name)(vector).backward()
    assert vector.grad.tolist() == pytest.approx(gradient, rel=0.0, abs=error)
    assert problems.get(name).gradient_at(*point).tolist() == pytest.approx(gradient, rel=0.0, abs=error)


def test_rosenbrock_in_one_line_each():
    x, y = Variable(0.0), Variable(2.0)
    problems.get("rosenbrock")(x, y).backward()
    assert (x.grad, y.grad) == (-2.0, 400.0)
