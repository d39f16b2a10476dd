"""Looks at the text of a wrong function for constructs that often do something else than was meant.

What they say is a question beside the answer: behaviour decides, not the text.
"""

import ast
import inspect
import textwrap

CLUES = (
    ("takes_axis_for_number", "`np.max(a, b)` takes its second argument for an axis. Which function takes the larger "
                              "of two, entry by entry?"),
    ("rows_of_one_list", "`[[0] * n] * m` holds one and the same row m times: what is written into it appears in all."),
    ("rounds_to_even", "Python's `round` goes to the nearest whole number, halves to the even one. Is that what is "
                       "asked for?"),
    ("default_that_grows", "A default such as `out=[]` is made once, with the function, and not at every call. What is "
                           "in it at the second call?"),
    ("adds_once", "`out[index] += …` with an array of indices adds once where an index occurs more than once. What "
                  "does `np.add.at` do?"),
)


def parsed(function):
    """Returns the syntax tree of a function's definition, or None where its text is not known."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # a lambda within a line, code without a file, an object with odd attributes
        return None
    return tree.body[0] if tree.body and isinstance(tree.body[0], ast.FunctionDef) else None


def clue(function):
    """Returns the sentence for the first construct found, or ''."""
    tree = parsed(function)
    if tree is None:
        return ""
    found = {"default_that_grows": any(isinstance(one, (ast.List, ast.Dict, ast.Set)) for one in tree.args.defaults)}
    loops = False
    for node in ast.walk(tree):
        loops = loops or isinstance(node, (ast.For, ast.While))
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            found["rounds_to_even"] = found.get("rounds_to_even") or name == "round" and len(node.args) == 1
            if name in ("np.max", "np.min", "np.amax", "np.amin") and len(node.args) == 2:
                found["takes_axis_for_number"] = True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and any(
                isinstance(side, ast.List) and any(isinstance(item, (ast.List, ast.BinOp)) for item in side.elts)
                for side in (node.left, node.right)):
            found["rows_of_one_list"] = True
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript) and not any(
                isinstance(part, (ast.Slice, ast.Constant, ast.Compare)) or isinstance(part, ast.Call) and ast.unparse(
                    part.func) in ("np.arange", "range")  # these name no place twice
                for part in ast.walk(node.target.slice)):
            found["adds_once"] = True
    found["adds_once"] = found.get("adds_once") and not loops
    return next((sentence for name, sentence in CLUES if found.get(name)), "")


def stands_below_raise(function):
    """Tells whether code follows the stub's ``raise NotImplementedError``, where it is never reached."""
    tree = parsed(function)
    stops = [i for i, line in enumerate(tree.body) if isinstance(line, ast.Raise)] if tree else []
    return bool(stops) and stops[0] + 1 < len(tree.body)
