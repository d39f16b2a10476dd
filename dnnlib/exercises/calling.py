"""Calls a learner's function so that nothing it does can harm the notebook.

It gets copies of the arguments, a limited time, and its exceptions are caught. What it prints is let through. What it
returns is read within the time limit, too; what it changes in NumPy's settings or in the warnings is put back.
"""

import contextlib
import copy
import inspect
import linecache
import signal
import sys
import threading
import time
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from dnnlib.exercises.display import show_value
from dnnlib.exercises.plain import plain

# NumPy's own defaults, whatever a notebook has set
PRINTING = {"precision": 8, "threshold": 1000, "edgeitems": 3, "linewidth": 75, "suppress": False, "nanstr": "nan",
            "infstr": "inf", "sign": "-", "formatter": None, "floatmode": "maxprec", "legacy": False}
ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


class TimeLimit(BaseException):
    """The call took too long. Not an Exception, so that ``except Exception`` in a loop does not swallow it."""


@dataclass(frozen=True, eq=False)
class Call:
    """What came of one call.

    Args:
        value: What the function returned, in plain values.
        error: What it raised instead, or None.
        text: The error as 'Type: message'.
        changed: Positions of the arguments that it changed.
    """

    value: object = None
    error: BaseException | None = None
    text: str = ""
    changed: tuple[int, ...] = ()


@contextmanager
def defaults(quiet=True):
    """Returns a context in which NumPy and the warnings work as they do at the start, and which puts back what was.

    Args:
        quiet: Whether nothing is said of a division by zero and the like.
    """
    errors = dict.fromkeys(ERRORS, "ignore") if quiet else ERRORS
    with warnings.catch_warnings(), np.errstate(**errors), np.printoptions(**PRINTING):
        warnings.simplefilter("ignore" if quiet else "default")
        yield


def call(function, arguments, seconds):
    """Calls ``function`` with copies of ``arguments``; an exception is returned in the ``Call``, not raised."""
    given = copy.deepcopy(arguments)
    try:
        with defaults(quiet=False), time_limit(seconds):
            value = plain(function(*given))
    except KeyboardInterrupt:  # the learner stops the cell
        raise
    except BaseException as error:
        return Call(error=error, text=error_text(error, seconds))
    changed = tuple(i for i, (now, was) in enumerate(zip(given, arguments, strict=True)) if not identical(now, was))
    return Call(value=value, changed=changed)


def error_text(error, seconds=1.0):
    """Returns 'Type: message'; an exception that fails when it is written out leaves its type."""
    name = type(error).__name__
    try:
        with defaults(), time_limit(max(seconds, 0.1)):
            return f"{name}: {error}".rstrip(": ")
    except KeyboardInterrupt:
        raise
    except BaseException:
        return name


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
    own = {__file__, contextlib.__file__}
    leaving = False

    def ring(signal_number, frame):
        # Not while this context is left: whoever comes after would get the exception, or an alarm that never ends
        if not leaving and (frame is None or frame.f_code.co_filename not in own):
            raise TimeLimit

    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    # It rings again and again, as a bare `except:` in the learner's loop may swallow the first. (0 would be never.)
    left, interval = signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), 0.1)
    try:
        yield
    finally:
        leaving = True
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
    return a == b or a != a  # of plain numbers, a NaN is itself


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
    own = function.__globals__ if inspect.isfunction(function) else None
    places = [place for place in traceback.walk_tb(error.__traceback__) if place[0].f_globals is own]
    if not places:
        return None
    frame, number = places[-1]
    own_numbers = {name: value for name, value in frame.f_locals.items()
                   if isinstance(value, np.number) or type(value) in (bool, int, float)}
    numbers = (f"{name} = {show_value(value)}" for name, value in own_numbers.items()
               if name not in parameters(function))
    return Place(number, linecache.getline(frame.f_code.co_filename, number).strip(), ", ".join(numbers))


def parameters(function):
    """Returns the names of a Python function's parameters; of anything else, none."""
    code = function.__code__ if inspect.isfunction(function) else None
    return code.co_varnames[:code.co_argcount] if code else ()
