"""Calls a learner's function so that nothing it does can harm the notebook.

It gets copies of the arguments, a limited time, and its exceptions are caught. What it prints is let through.
"""

import copy
import linecache
import signal
import sys
import threading
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np


class TimeLimit(BaseException):
    """The call took too long. Not an Exception, so that ``except Exception`` in a loop does not swallow it."""


@dataclass(frozen=True, eq=False)
class Call:
    """What came of one call.

    Args:
        value: What the function returned.
        error: What it raised instead, or None.
        changed: Positions of the arguments that it changed.
    """

    value: object = None
    error: BaseException | None = None
    changed: tuple[int, ...] = ()


def call(function, arguments, seconds):
    """Calls ``function`` with copies of ``arguments``; an exception is returned in the ``Call``, not raised."""
    given = copy.deepcopy(arguments)
    try:
        with time_limit(seconds):
            value = function(*given)
    except KeyboardInterrupt:  # the learner stops the cell
        raise
    except BaseException as error:
        return Call(error=error)
    changed = tuple(i for i, (now, was) in enumerate(zip(given, arguments, strict=True)) if not identical(now, was))
    return Call(value=value, changed=changed)


def time_limit(seconds):
    """Returns a context that raises ``TimeLimit`` in its body after so many seconds.

    In the main thread of Linux and macOS (where Jupyter runs cells) a timer signal does it. On Windows, and in
    any other thread, a trace function looks at the clock at every line: slower, and it too stops the loop for
    good. Neither can interrupt a single call into compiled code.
    """
    main = threading.current_thread() is threading.main_thread()
    return _alarm(seconds) if main and hasattr(signal, "setitimer") else _trace(seconds)


@contextmanager
def _alarm(seconds):
    def ring(signal_number, frame):
        raise TimeLimit

    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    # It rings again and again, as a bare `except:` in the learner's loop may swallow the first. (0 would be never.)
    left, interval = signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)
        if left:  # somebody else's alarm was running
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 0.001), interval)


@contextmanager
def _trace(seconds):
    deadline = time.monotonic() + seconds

    def look_at_clock(frame, event, argument):  # raising ends the tracing: a bare `except:` would swallow it
        if time.monotonic() > deadline:
            raise TimeLimit
        return look_at_clock

    before = sys.gettrace()
    sys.settrace(look_at_clock)
    try:
        yield
    finally:
        sys.settrace(before)


def identical(a, b):
    """Tells whether two nested arguments are equal throughout: containers, types of arrays, and values."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return a == b or a != a


@dataclass(frozen=True)
class Place:
    """A line of the learner's code.

    Args:
        number: Its number; a cell counts its lines from 1.
        text: The line, or '' if its source is not known.
        variables: The plain numbers among the local variables there, as assignments.
    """

    number: int
    text: str
    variables: str


def failing_line(error, function):
    """Returns the ``Place`` in the learner's own code that raised, or None.

    Own code is whatever lives in the function's namespace: its helpers count, the inside of numpy does not.
    """
    own = getattr(function, "__globals__", None)
    places = [place for place in traceback.walk_tb(error.__traceback__) if place[0].f_globals is own]
    if not places:
        return None
    frame, number = places[-1]
    numbers = (f"{name} = {value}" for name, value in frame.f_locals.items()
               if isinstance(value, (bool, int, float, np.number)) and name not in parameters(function))
    return Place(number, linecache.getline(frame.f_code.co_filename, number).strip(), ", ".join(numbers))


def parameters(function):
    """Returns the names of a Python function's parameters; of anything else, none."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[:code.co_argcount] if code else ()
