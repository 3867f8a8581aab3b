"""Modes of recording: they nest, end with their block however it ends, and are one thread's or task's alone."""

import asyncio
import threading

import pytest

from engine import Variable, grad, jacobian, jvp, no_grad, using_config


def is_recording():
    x = Variable(1.0)
    (x * x).backward()
    return x.grad is not None


def test_recording_is_on():
    assert is_recording()


@pytest.mark.parametrize("off", [no_grad, lambda: using_config("enable_backprop", False)])
@pytest.mark.parametrize("data", [2.0, [2.0]], ids=["scalar", "array"])
def test_nothing_is_recorded(off, data):
    x = Variable(data)
    with off():
        results = [x * x, x + 1.0, -x, 2.0 / x, x**2]
    for y in results:
        y.backward()
        assert x.grad is None
        assert y.grad == 1.0


def test_what_was_recorded_before_can_be_swept_inside():
    x = Variable(3.0)
    y = x * x
    with no_grad():
        y.backward()
    assert x.grad == 6.0


def test_modes_nest():
    states = []
    with no_grad():
        states.append(is_recording())
        with using_config("enable_backprop", True):
            states.append(is_recording())
            with no_grad():
                states.append(is_recording())
            states.append(is_recording())
        with no_grad():
            pass
        states.append(is_recording())
    assert [*states, is_recording()] == [False, True, False, True, False, True]


@pytest.mark.parametrize("inner", [True, False])
def test_modes_end_with_an_exception(inner):
    with no_grad():
        with pytest.raises(KeyError), using_config("enable_backprop", inner):
            raise KeyError
        assert not is_recording()
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert is_recording()


def test_modes_end_with_a_return():
    def f():
        with no_grad():
            return is_recording()

    assert not f()
    assert is_recording()


@pytest.mark.parametrize(("name", "value", "error"), [("speed", True, ValueError), ("enable_backprop", 0, TypeError)])
def test_a_bad_setting_changes_nothing(name, value, error):
    with pytest.raises(error), using_config(name, value):
        pytest.fail("the block must not be entered")
    assert is_recording()


def test_a_mode_is_one_threads():
    inside, done = threading.Event(), threading.Event()
    seen = {}

    def other():
        with no_grad():
            seen["other"] = is_recording()
            inside.set()
            done.wait(10)
        seen["other, after"] = is_recording()

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    seen["this"] = is_recording()
    with no_grad():
        done.set()
        thread.join(10)
    assert seen == {"other": False, "this": True, "other, after": True}


def test_a_mode_is_one_tasks():
    async def recording_task(log):
        for _ in range(3):
            log.append(is_recording())
            await asyncio.sleep(0)

    async def task_without(log):
        with no_grad():
            for _ in range(3):
                log.append(is_recording())
                await asyncio.sleep(0)

    async def both():
        on, off = [], []
        await asyncio.gather(task_without(off), recording_task(on), task_without(off), recording_task(on))
        return on, off

    assert asyncio.run(both()) == ([True] * 6, [False] * 6)


def test_a_new_task_starts_in_the_mode_it_is_made_in_and_cannot_change_it():
    async def child(log):
        log.append(is_recording())
        with using_config("enable_backprop", True):
            await asyncio.sleep(0)
            log.append(is_recording())

    async def parent():
        log = []
        with no_grad():
            task = asyncio.create_task(child(log))
            await asyncio.sleep(0)
            log.append(is_recording())
            await task
            log.append(is_recording())
        return log

    assert asyncio.run(parent()) == [False, False, True, False]


def test_a_new_thread_records():
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append(is_recording()))
        thread.start()
        thread.join(10)
    assert seen == [True]


def test_a_cancelled_task_leaves_no_mode_behind():
    async def sleeper():
        with no_grad():
            await asyncio.sleep(60)

    async def run():
        task = asyncio.create_task(sleeper())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return is_recording()

    assert asyncio.run(run())


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, StopIteration])
def test_modes_end_with_any_exception(error):
    with pytest.raises(error), no_grad():
        raise error
    assert is_recording()


def test_as_a_decorator():
    @no_grad()
    def f():
        return is_recording()

    assert [f(), f(), is_recording()] == [False, False, True]


@pytest.mark.parametrize("derivative", [grad, jacobian, lambda f: lambda x: jvp(f)(x, 1.0)[1]])
def test_a_function_under_a_transform_records_and_the_mode_is_the_same_after(derivative):
    seen = []

    def f(x):
        seen.append(is_recording())
        with no_grad():
            seen.append(is_recording())
        return x * x

    with no_grad():
        assert derivative(f)(3.0) == 6.0
        assert not is_recording()
    assert derivative(f)(3.0) == 6.0
    assert is_recording()
    assert seen == [True, False] * 2
