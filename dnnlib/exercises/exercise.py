"""An exercise as data: what is asked, what is right, and what goes wrong."""

import ast
import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass


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
class Property:
    """Something that is true of every right answer.

    Args:
        statement: The property, as a sentence the learner reads when it does not hold.
        holds: Called as ``holds(output, *arguments)``; returns a bool.
    """

    statement: str
    holds: Callable


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function to write, and all that is needed to answer every attempt at it.

    The reference is also the model solution in the book, and its signature and docstring are the
    stub. It uses nothing but its arguments and ``np``, so that it can be pasted alone into a cell.

    Args:
        name: Name of the constant that holds the exercise, as in ``hint(ex.NAME)``.
        prompt: The task, in Markdown.
        reference: The right function.
        cases: Tuples of arguments. They need not be sorted; the smallest that fails is shown.
        mistakes: Known wrong answers; they and the reference all differ on the cases.
        hints: From a nudge to nearly the answer.
        outputs: Names of the items, where the reference returns a tuple.
        axes: Names of the axes of the result, where it is an array.
        properties: What must hold for every output.
        agree: Replaces the comparison with the reference where several answers are right (axes up to
            their sign, say): ``agree(mine, right)`` with arrays (with tuples of arrays where the
            reference returns a tuple), of equal shapes.
        time_limit: Seconds that the calls of one check may take in all.
    """

    name: str
    prompt: str
    reference: Callable
    cases: tuple
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()
    agree: Callable | None = None
    time_limit: float = 5.0

    @property
    def function(self):
        """Name of the function to write."""
        return self.reference.__name__

    @property
    def parameters(self):
        """Names of its parameters, in order."""
        return tuple(inspect.signature(self.reference).parameters)

    @property
    def solution(self):
        """Source of the reference."""
        return inspect.getsource(self.reference).rstrip()

    @property
    def stub(self):
        """What the learner starts from: signature and docstring of the reference, and no body."""
        docstring = ast.parse(self.solution).body[0].body[0]
        head = itertools.islice(self.solution.splitlines(), docstring.end_lineno)
        return "\n".join([*head, "    raise NotImplementedError  # your code here"])
