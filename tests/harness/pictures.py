"""Records for plots, and what is to be seen on the plots that are made of them."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.quiver import Quiver
from matplotlib.text import Text

import problems
from harness.record import COLUMNS
from harness.report.plots import memory, steps

MAIN = ("engine.reverse", "manual", "numerical.central")
PEERS = (
    *("autograd", "jax", "jax_device", "torch", "torch_compile", "casadi_sx", "casadi_mx", "casadi_c", "pytensor"),
    *("mygrad", "micrograd", "dezero", "numdifftools", "scipy_approx_fprime", "scipy_differentiate", "my.py:Secant"),
)
"""Methods of other libraries, and somebody's own: a report knows them by their ids alone, where they are no methods."""
NAMES = {
    "two": ["sphere", "rosenbrock"],
    "seventy": [
        *(problem.name for problem in problems.select(n=2)),
        *(f"rotated_hyper_ellipsoid_{k:02}" for k in range(70)),
    ][:70],
}


def made(*found):
    """Records of (problem, n, point, method, metric, value), and an outcome where it is not empty."""
    keys = ("problem", "n", "point", "method", "metric", "value", "outcome")
    blank = dict.fromkeys(COLUMNS, "")
    return pd.DataFrame(
        [{**blank, **dict(zip(keys, (*row, "")[:7], strict=True))} for row in found], columns=list(COLUMNS)
    )


@cache
def catalogue(names, methods=MAIN, sizes=(2, 10, 100, 1000)):
    """Records of every suite; every third problem is measured at one size alone, and every fifth has a hard point."""
    found = []
    random = np.random.default_rng(0)
    for k, name in enumerate(NAMES[names]):
        for n, method in product(sizes if k % 3 else sizes[:1], ("function", *methods)):
            size = 10.0 ** random.uniform(-0.5, 0.5) * (n if method.startswith("numerical") else 1)
            found.append((name, n, "sample-0", method, "time", 1e-6 * size))
            found.append((name, n, "sample-0", method, "peak_memory", 1e3 * size + 8 * n))
            if method != "function":
                found.append((name, n, "sample-0", method, "preparation_time", 10.0 ** -(len(method) % 7)))
                found.append((name, n, "sample-0", method, "first_call_time", 1e-5))
            if method == "engine.reverse":
                found.extend((name, n, "sample-0", method, metric, 1e4 * size) for metric in memory.PASSES)
            if method != "function":
                for point in ("sample-0", "hard-kink-0")[: 1 + (k % 5 == 0)]:
                    outcome = ("correct", "wrong", "unsupported", "cannot_tell")[(k + sizes.index(n)) % 4]
                    value = random.uniform(0, 16) if outcome == "correct" else np.nan
                    found.append((name, n, point, method, "digits", value, outcome))
                    found.append((name, n, point, method, "normwise_error", 10**-value, outcome))
        for h, method in product(10.0 ** -np.arange(17), steps.TRUNCATION):
            value = max(h, 1e-17 / h) * 10 ** random.uniform(-2, 2)
            found.append((name, 2, "sample-0", method, f"error_at_step_{h:.0e}", value, "approximate"))
    for name, n, point, method, metric, value, outcome in [row for row in found if len(row) == 7]:
        if metric == "digits" and not method.startswith("numerical"):
            ratio = 0.0 * value if name == NAMES[names][0] else 10 ** (value / 4 - 3)
            found.append((name, n, point, method, "error_over_attainable", ratio, outcome))
    for name, method, metric in product(NAMES[names], steps.TRUNCATION, steps.SLOPES):
        found.append((name, 2, "sample-0", method, metric, -0.98 if metric.startswith("r") else 2.0, "approximate"))
    return made(*found)


def accuracy(*found):
    """Records of (problem, n, point, method, digits, outcome)."""
    return made(*((*row[:4], metric, *row[4:]) for row in found for metric in ("digits", "normwise_error")))


def errors(*found):
    """Records of (problem, n, point, method, normwise error, error/attainable, outcome)."""
    return made(
        *(
            (*row[:4], metric, value, row[6])
            for row in found
            for metric, value in zip(("error_over_attainable", "normwise_error"), (row[5], row[4]), strict=True)
        )
    )


def measured_at_two(*names):
    return made(*((name, 2, "sample-0", "manual", "time", 1e-6) for name in names))


def texts(figure):
    """All texts that are seen."""
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def words(figure):
    return [text.get_text() for text in texts(figure)]


def panel(figure, title):
    (found,) = [axes for axes in figure.axes if axes.get_title(loc="left") == title]
    return found


def costs(*found):
    """Records of (problem, n, method, time, preparation, first call); of fewer figures, the first ones."""
    metrics = ("time", "preparation_time", "first_call_time")
    rows = [((*row[:2], "sample-0", row[2]), dict(zip(metrics, row[3:], strict=False))) for row in found]
    return made(*((*case, *figure) for case, figures in rows for figure in figures.items()))


def lines(axes):
    """The lines by their labels; those of one label as a list."""
    found = {}
    for line in axes.get_lines():
        found.setdefault(line.get_label(), []).append(line)
    return {label: group[0] if len(group) == 1 else group for label, group in found.items()}


def row_labels(axes):
    return [text.get_text() for text in axes.get_yticklabels()]


def check_legible(figure):
    """No text leaves the page, is too small, or lies on another one."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    beyond = {label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in _beyond(axis)}
    seen = [text for text in texts(figure) if text not in beyond]
    boxes = np.array([text.get_window_extent(renderer).extents for text in seen])
    page = figure.bbox.extents
    for text, box in zip(seen, boxes, strict=True):
        assert (box[:2] >= page[:2]).all() and (box[2:] <= page[2:]).all(), f"{text.get_text()!r} is cut off"
        assert text.get_fontsize() >= 5.5
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    common = np.minimum(high, high.swapaxes(0, 1)) - np.maximum(low, low.swapaxes(0, 1))
    tilted = np.array([text.get_rotation() not in (0, 90) for text in seen])
    on_another = (common > 1.0).all(axis=2) & ~(tilted & tilted[:, None])  # tilted texts lie beside each other
    assert [(seen[i].get_text(), seen[j].get_text()) for i, j in np.argwhere(np.triu(on_another, 1))] == []


def check_page(figure):
    """It is legible, and neither huge nor a strip."""
    check_legible(figure)
    width, height = figure.get_size_inches()
    assert max(width, height) < 20
    assert 0.4 < width / height < 3.0


def check_within(axes, found):
    """The texts do not leave the panel sideways."""
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    axes.figure.draw(renderer)
    for text in found:
        box = text.get_window_extent(renderer)
        assert axes.bbox.x0 - 1 <= box.x0 and box.x1 <= axes.bbox.x1 + 1, f"{text.get_text()!r} leaves the panel"


def _beyond(axis):
    """The labels of ticks beyond the ends of an axis, which are not drawn."""
    low, high = sorted(axis.get_view_interval())
    along = 0 if axis.axis_name == "x" else 1
    return [label for label in axis.get_majorticklabels() if not low <= label.get_position()[along] <= high]


def cell(figure, row, method, part="samples and minima"):
    """The number or the word that the heat map shows; None for an empty cell."""
    blocks = [axes for axes in figure.axes if row_labels(axes)]
    titles = [text for text in figure.texts if text.get_text() in ("samples and minima", "hard points")]
    for axes, title in zip(blocks, titles, strict=True):
        if title.get_text() == part:
            place = (
                [text.get_text() for text in axes.get_xticklabels()].index(method),
                row_labels(axes).index(row),
            )
            return next((text.get_text() for text in axes.texts if text.get_position() == place), None)
    raise AssertionError(f"no part {part}")


def marks(axes, look):
    return [tuple(line.get_xydata()[0]) for line in axes.get_lines() if line.get_marker() == look["marker"]]


def arrows(axes):
    """The places and the directions."""
    (quiver,) = axes.findobj(Quiver)
    return np.asarray(quiver.XY), np.stack([quiver.U, quiver.V], axis=-1)
