"""Exercises as data: what is asked, what is right, and what goes wrong.

Four kinds: a function to write (`Exercise`), a broken one to repair (`BugHunt`), a number to estimate (`Estimate`),
a thing to design (`Design`). The fifth, an open experiment, is not checked: it is a cell tagged "explore" in a chapter,
with what was measured folded below it.
"""

import ast
import inspect
import itertools
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong answer that learners are known to give.

    Args:
        name: What goes wrong, in a few words.
        answer: The mistake itself, executable, called like the reference.
        hint: The question that leads the learner on; it does not give the line to write.
    """

    name: str
    answer: Callable
    hint: str


@dataclass(frozen=True, eq=False)
class Slip:
    """A known wrong answer as an edit of the right one: what the learner did instead.

    Args:
        name: What goes wrong, in a few words.
        old: A piece of the right answer's text that occurs in it once.
        new: What stands in its place.
        hint: The question that leads the learner on; it does not give the line to write.

    Example:
        Slip("over the batch", "axis=-1", "axis=0", "Over which axis do the probabilities of one example lie?")
    """

    name: str
    old: str
    new: str
    hint: str

    def edit(self, text):
        """Returns the text with this slip in it.

        Raises:
            ValueError: If the piece does not occur exactly once.
        """
        if (found := text.count(self.old)) != 1:
            raise ValueError(f"slip {self.name!r}: expected {self.old!r} once in the right answer, found {found} times")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, eq=False)
class Property:
    """Something that is true of every right answer.

    Args:
        statement: The property, as a sentence the learner reads when it does not hold.
        holds: Called as ``holds(output, *arguments)``, or for a design as ``holds(value)``; returns a bool.
        shows: For a design, called with the value where the property does not hold; returns what shows it, as text.
    """

    statement: str
    holds: Callable
    shows: Callable | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """What all kinds share.

    Args:
        name: Name of the constant that holds the exercise, as in ``hint(ex.NAME)``.
        prompt: The task, in Markdown.
        hints: From a nudge to nearly the answer.
    """

    name: str
    prompt: str
    hints: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Exercise(Task):
    """A function to write, and all that is needed to answer every attempt at it.

    The reference is also the model solution in the book, and its signature and docstring are the
    stub. It uses nothing but its arguments and ``np``, so that it can be pasted alone into a cell.

    Args:
        reference: The right function.
        cases: Tuples of arguments. They need not be sorted; the smallest that fails is shown.
        mistakes: Known wrong answers, each a ``Mistake`` or a ``Slip`` of the reference; they and the reference all
            differ on the cases.
        outputs: Names of the items, where the reference returns a tuple.
        axes: Names of the axes of the result, where it is an array.
        properties: What must hold for every output.
        agree: Replaces the comparison with the reference where several answers are right (axes up to
            their sign, say): ``agree(mine, right)`` with arrays (with tuples of arrays where the
            reference returns a tuple), of equal shapes.
        time_limit: Seconds that the calls of one check may take in all.
    """

    reference: Callable
    cases: tuple
    mistakes: tuple[Mistake | Slip, ...]
    outputs: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()
    agree: Callable | None = None
    time_limit: float = 5.0

    def __post_init__(self):
        slips = (*getattr(self, "bugs", ()), *(one for one in self.mistakes if isinstance(one, Slip)))
        made = tuple(self.slipped(one) if isinstance(one, Slip) else one for one in self.mistakes)
        object.__setattr__(self, "slips", slips)
        object.__setattr__(self, "mistakes", made)

    def slipped(self, *slips):
        """Returns the reference with one or more slips in it, as a ``Mistake`` with the hint of the first."""
        text = self.solution
        for slip in slips:
            text = slip.edit(text)
        name = " and ".join(slip.name for slip in slips)
        return Mistake(name, defined(text, self.function, sys.modules[self.reference.__module__]), slips[0].hint)

    @property
    def function(self):
        """Name of the function to write."""
        return self.reference.__name__

    @property
    def asks_for(self):
        """Name that the last line of the cell hands to ``check``."""
        return self.function

    @property
    def parameters(self):
        """Names of its parameters, in order."""
        return tuple(inspect.signature(self.reference).parameters)

    @cached_property
    def _source(self):
        return inspect.getsource(self.reference).rstrip()

    @property
    def solution(self):
        """Source of the reference."""
        return self._source

    @property
    def stub(self):
        """What the learner starts from: signature and docstring of the reference, and no body."""
        docstring = ast.parse(self.solution).body[0].body[0]
        head = itertools.islice(self.solution.splitlines(), docstring.end_lineno)
        return "\n".join([*head, "    raise NotImplementedError  # your code here"])


@dataclass(frozen=True, eq=False, kw_only=True)
class BugHunt(Exercise):
    """A broken function to repair, judged by what it does.

    The learner starts from the reference with all ``bugs`` in it. A repair that mends some of them is told the symptom
    of one that is left.

    Args:
        bugs: Slips of the reference that don't overlap. Their hints name symptoms, not lines.
    """

    bugs: tuple[Slip, ...]
    mistakes: tuple[Mistake | Slip, ...] = ()

    def __post_init__(self):
        left = [
            self.slipped(*some) for n in range(1, len(self.bugs) + 1) for some in itertools.combinations(self.bugs, n)
        ]
        object.__setattr__(self, "mistakes", (*left, *self.mistakes))
        super().__post_init__()

    @property
    def stub(self):
        """The broken function."""
        text = self.solution
        for bug in self.bugs:
            text = bug.edit(text)
        return text


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimate(Task):
    """A number to work out by hand, with a tolerance.

    Args:
        variable: Name that the learner assigns.
        unit: Unit of the number, for people.
        working: The solution: lines of Python that end by assigning the variable.
        tolerance: Largest relative error that counts as right.
        slips: Edits of ``working`` that give known wrong numbers.

    Example:
        Estimate(name="BATCH_MEMORY", variable="megabytes", unit="MB", working="megabytes = 32 * 28 * 28 * 6 * 4 / 1e6",
                 slips=(Slip("bytes", " * 4", "", "How many bytes does a float32 take?"),), …)
    """

    variable: str
    unit: str
    working: str
    slips: tuple[Slip, ...]
    tolerance: float = 0.02

    @property
    def asks_for(self):
        """Name that the last line of the cell hands to ``check``."""
        return self.variable

    @property
    def solution(self):
        """The working."""
        return textwrap.dedent(self.working).strip()

    @property
    def stub(self):
        """What the learner starts from."""
        return f"{self.variable} = None  # your estimate, in {self.unit}"

    @property
    def value(self):
        """The right number."""
        return float(assigned(self.solution, self.variable))

    def wrong_values(self):
        """Yields (slip, the number that it gives)."""
        for slip in self.slips:
            yield slip, float(assigned(slip.edit(self.solution), self.variable))


@dataclass(frozen=True, eq=False, kw_only=True)
class Design(Task):
    """A value that must have stated properties; many are right.

    Args:
        variable: Name that the learner assigns.
        start: The right-hand side that the cell starts with, as Python: a value of the right form that is not yet
            right, or ``None``.
        example: The right-hand side of one solution, as Python.
        read: Called with the value; returns it in the form that the properties take, or raises ValueError with what was
            expected.
        properties: What must hold, in the order in which they are told.
        mistakes: Known wrong designs: (name, right-hand side as Python, hint).
    """

    variable: str
    start: str
    example: str
    read: Callable
    properties: tuple[Property, ...]
    mistakes: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def asks_for(self):
        """Name that the last line of the cell hands to ``check``."""
        return self.variable

    @property
    def solution(self):
        """One right design."""
        return f"{self.variable} = {self.example}"

    @property
    def stub(self):
        """What the learner starts from."""
        return f"{self.variable} = {self.start}  # your design"


def defined(source, name, module):
    """Runs the text of a function among the names of its module, and returns the function."""
    names = dict(vars(module))
    exec(compile(source, f"<{name}>", "exec"), names)
    return names[name]


def assigned(source, variable):
    """Runs lines of Python with nothing but ``np``, and returns the variable that they assign."""
    names = {"np": np}
    exec(source, names)
    return names[variable]
