"""A chapter with its training cut short: to see that all of its cells run on the full data, not what comes out."""

import ast
import copy

from nbformat.v4 import new_code_cell

from tools.sources import ROOT

FIRST = """\
import sys

sys.path.insert(0, {root!r})
from tools.short_run import limit

limit({steps})
{more}"""


def shortened(notebook, steps, more=""):
    """Returns a copy of a chapter in which each pass of `fit` over the data ends after some steps.

    What asserts how good a result is, is taken out, since it need not hold of networks that are hardly trained.

    Args:
        notebook: The chapter.
        steps: Steps of each epoch, 1 or more.
        more: Lines to run before the chapter.
    """
    if steps < 1:
        raise ValueError(f"steps: expected 1 or more, received {steps}")
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.source = _without_assertions(cell.source)
    made.cells.insert(0, new_code_cell(FIRST.format(root=str(ROOT), steps=steps, more=more), id="short-run"))
    return made


def limit(steps):
    """Makes `fit`, of Keras and of the book's own networks, see the first batches of its data alone."""
    import keras

    from dnnlib.training.trainer import Trainer

    for kind in (keras.Model, Trainer):
        kind.fit = _cut(kind.fit, steps)


def _cut(fit, steps):
    def short(self, x, y=None, batch_size=None, *rest, **options):
        batch_size = batch_size or 32
        x, y = (part if part is None else part[: steps * batch_size] for part in (x, y))
        return fit(self, x, y, batch_size, *rest, **options)

    return short


class _Assertions(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Expr(self, node):
        called = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else ""
        return ast.copy_location(ast.Pass(), node) if called.startswith("np.testing.") else node


def _without_assertions(source):
    try:
        tree = ast.parse(source)
    except SyntaxError:  # the set-up cell, with its %pip
        return source
    return ast.unparse(_Assertions().visit(tree))
