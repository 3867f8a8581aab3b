"""The sampler of interleaved pairs, by a clock that only the workload moves: no test here depends on the machine."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harness import pairs
from harness.pairs import FEWEST, SAMPLE_SECONDS, calling, calls_per_sample, interleave, seconds_per_call


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.calls = 0

    def perf_counter(self) -> float:
        return self.now

    def taking(self, seconds: float, at_first: float | None = None) -> Callable[[], None]:
        """Work that takes so long, the first time another while."""
        durations = iter([] if at_first is None else [at_first])

        def work() -> None:
            self.calls += 1
            self.now += next(durations, seconds)

        return work


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pairs, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


@pytest.mark.parametrize("seconds", [1e-7, 3e-6, 1e-3, 2.0])
def test_the_time_of_a_call_is_found(clock: Clock, seconds: float) -> None:
    assert seconds_per_call(clock.taking(seconds)) == pytest.approx(seconds, rel=1e-4)


def test_a_first_call_that_takes_longer_does_not_count(clock: Clock) -> None:
    assert seconds_per_call(clock.taking(1e-6, at_first=1.0)) == pytest.approx(1e-6, rel=1e-4)


@pytest.mark.parametrize(("seconds", "calls"), [(1e-6, 200), (1e-4, 2), (3e-4, 1), (5.0, 1)])
def test_a_sample_is_as_many_calls_as_fit(clock: Clock, seconds: float, calls: int) -> None:
    assert calls_per_sample(seconds) == calls
    sample = calling(clock.taking(seconds))
    before, clock.calls = clock.now, 0
    assert sample() == pytest.approx(seconds, rel=1e-4)
    assert clock.calls == calls
    assert calls == 1 or 0.5 * SAMPLE_SECONDS < clock.now - before < 1.5 * SAMPLE_SECONDS


def test_what_slows_both_down_is_not_in_the_ratio(clock: Clock) -> None:
    """The machine gets slower and slower, by 1 % a pair, a hundredfold in the end."""
    taken = 0

    def drifting(factor: float) -> Callable[[], float]:
        def sample() -> float:
            nonlocal taken
            taken += 1
            clock.now += 1.0
            return float(factor * 1.01 ** (taken // 2))

        return sample

    base, head = interleave(drifting(1.0), drifting(3.0), seconds=1000.0, seed=0)
    assert base.max() / base.min() > 100.0
    assert np.median(head / base) == pytest.approx(3.0, rel=0.011)
    assert np.ptp(head / base) < 0.1


def log_of(seconds: float, seed: int, clock: Clock) -> str:
    """The order in which the samples were taken, of pairs of one second each."""
    log: list[str] = []

    def member(name: str) -> Callable[[], float]:
        def sample() -> float:
            log.append(name)
            clock.now += 0.5
            return {"b": 1.0, "h": 2.0}[name]

        return sample

    found = interleave(member("b"), member("h"), seconds, seed)
    assert found.tolist() == [[1.0] * (len(log) // 2), [2.0] * (len(log) // 2)]
    return "".join(log)


def test_a_pair_has_one_of_each_in_either_order(clock: Clock) -> None:
    log = log_of(1000.0, 0, clock)
    orders = [log[i : i + 2] for i in range(0, len(log), 2)]
    assert set(orders) == {"bh", "hb"}
    assert 400 < orders.count("bh") < 600
    assert 400 < sum(one != other for one, other in pairwise(orders)) < 600


def test_the_order_is_the_seed_s(clock: Clock) -> None:
    assert log_of(50.0, 1, clock) == log_of(50.0, 1, clock)
    assert log_of(50.0, 1, clock) != log_of(50.0, 2, clock)


@pytest.mark.parametrize(("seconds", "count"), [(0.0, FEWEST), (2.5, FEWEST), (7.5, 8), (100.0, 100)])
def test_pairs_are_taken_for_the_time_given_but_not_too_few(clock: Clock, seconds: float, count: int) -> None:
    assert len(log_of(seconds, 0, clock)) == 2 * count


def test_what_a_member_raises_comes_out(clock: Clock) -> None:
    def broken() -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interleave(broken, lambda: 1.0, 1.0, 0)
