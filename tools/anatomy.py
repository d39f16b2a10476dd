"""What every chapter has, and where this one differs.

    python -m tools.anatomy [PATH ...]     # prints what is amiss; without a path: all chapters

Each rule is a function of a notebook (its stored form) that yields one sentence for each fault.
"""

import ast
import collections
import json
import re
import statistics
import sys
from pathlib import Path

from tools import normal_form, notebooks, prose, setup_cell

CELLS = (30, 75)
MEDIAN_LINES, MOST_LINES = 6, 12  # of cells that the reader sees
MOST_WORDS = 2_900  # before the exercises; the aim is 2,000 to 2,500
FEWEST_KINDS, FEWEST_QUESTIONS = 3, 4
FEWEST_EXERCISES = 3
LARGEST_FILE, LARGEST_OUTPUT = 3_000_000, 500_000  # bytes

HIDDEN = {"hide-input", "hide-cell"}

PARTS = {
    "the minutes it takes, in the first cell": lambda texts: "minutes" in texts[0],
    "what it needs on Colab, in the first cell (`python -m tools.colab_line`)": lambda texts: (
        "**On Colab:** " in texts[0]
    ),
    "objectives": lambda texts: _some(texts, r"objectives|you will learn|you will be able to"),
    "prerequisites": lambda texts: _some(texts, r"prerequisite|you need|you should know"),
    "self-check questions": lambda texts: _some(texts, r"^#+ .*(self-check|check yourself)"),
    "a summary": lambda texts: _some(texts, r"^#+ .*summary"),
    "sources": lambda texts: _some(texts, r"^#+ .*(sources|references)"),
}
MYST = {
    "a directive": r"^\s*(`{3,}|~{3,}|:{3,})\{",
    "a role": r"(?<!`)\{[\w:-]+\}`",
    "a label": r"^\([\w-]+\)=\s*$",
    "a comment": r"^% ",
    "an alert of GitHub's": r"^> \[!\w+\]",
}


def size(notebook):
    """The exercises' cells do not count: a chapter may have as many exercises as it can use."""
    count = sum(not notebooks.exercise_in(cell.source) for cell in notebook.cells)
    if not CELLS[0] <= count <= CELLS[1]:
        yield f"expected {CELLS[0]} to {CELLS[1]} cells besides the exercises, found {count}"
    bytes_stored = len(normal_form.as_text(notebook).encode())
    if bytes_stored > LARGEST_FILE:
        yield f"expected at most {LARGEST_FILE / 1e6} MB, found {bytes_stored / 1e6:.1f} MB"
    for number, cell in _code(notebook):
        stored = len(json.dumps(cell.outputs))
        if stored > LARGEST_OUTPUT:
            limit = LARGEST_OUTPUT / 1e3
            yield f"cell {number}: expected outputs of at most {limit:.0f} KB, found {stored / 1e3:.0f} KB"


def short_code(notebook):
    """Folded cells, the set-up cell and the exercises' stubs have their own form and do not count."""
    lines = {
        number: len([line for line in cell.source.splitlines() if line.strip()])
        for number, cell in _code(notebook)[1:]
        if not notebooks.exercise_in(cell.source) and not (HIDDEN | {"explore"}) & set(cell.metadata.get("tags", ()))
    }
    for number, count in lines.items():
        if count > MOST_LINES:
            yield f"cell {number}: expected at most {MOST_LINES} lines of code, found {count}; fold what is not taught"
    if lines and statistics.median(lines.values()) > MEDIAN_LINES:
        yield f"expected {MEDIAN_LINES} lines of code at the median, found {statistics.median(lines.values())}"


def folded_code(notebook):
    """A folded cell is folded everywhere: in the book by its tag, in JupyterLab and in Colab by their own marks."""
    for number, cell in _code(notebook):
        if HIDDEN & set(cell.metadata.get("tags", ())):
            marks = cell.metadata.get("jupyter", {}).get("source_hidden"), cell.metadata.get("cellView")
            if marks != (True, "form"):
                yield f'cell {number}: expected "source_hidden": true and "cellView": "form" beside the tag'


def length(notebook):
    words = prose.measured(notebook)[0] if prose.running_text(notebook) else 0
    if words > MOST_WORDS:
        yield f"expected at most {MOST_WORDS:,} words before the exercises, found {words:,}"


def slides(notebook):
    """The reader has no slides: they are spoken of in one kind of box alone."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            outside = re.sub(r"^> \*\*Where the slides err\..*?(?=^(?!>)|\Z)", "", cell.source, flags=re.M | re.S)
            for word in re.findall(r"\b(?:lectures?|decks?|the slides?)\b", outside, re.I):
                yield f"cell {number}: expected no word of the slides outside *Where the slides err*, found {word!r}"


def kinds_of_exercises(notebook):
    found = {
        type(getattr(notebooks.exercises_of(notebook), name)).__name__
        for _, cell in _code(notebook)
        if (name := notebooks.exercise_in(cell.source))
    }
    found |= {"Explore" for _, cell in _code(notebook) if "explore" in cell.metadata.get("tags", ())}
    if len(found) < FEWEST_KINDS:
        yield f"expected {FEWEST_KINDS} kinds of exercises or more, found {', '.join(sorted(found)) or 'none'}"


def open_experiments(notebook):
    for number, cell in _code(notebook):
        if "explore" in cell.metadata.get("tags", ()):
            before, after = (notebook.cells[place].source for place in (number - 1, number + 1))
            if "### " not in before:
                yield f"cell {number}: expected a heading and a question in the cell before an open experiment"
            if "<details><summary>What we measured</summary>" not in after:
                yield f"cell {number}: expected *What we measured*, folded, in the cell after an open experiment"


def questions(notebook):
    """Three options each, right ones in no favoured place; one question asks for a number, one reads a figure."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    asked = re.split(r"^\*\*\d+\. ", text.partition("## Check yourself")[2].partition("\n## ")[0], flags=re.M)[1:]
    if len(asked) < FEWEST_QUESTIONS:
        yield f"expected {FEWEST_QUESTIONS} self-check questions or more, found {len(asked)}"
    for place, question in enumerate(asked, 1):
        options = len(re.findall(r'<details class="choice ', question))
        if options not in (0, 3) or (not options and 'class="number"' not in question):
            yield f"question {place}: expected three options or a number to enter, found {options} options"
    choices = (re.findall(r'<details class="choice (\w+)', question) for question in asked)
    right = [options.index("right") + 1 for options in choices if options.count("right") == 1]
    place, times = collections.Counter(right).most_common(1)[0] if right else (0, 0)
    if len(right) >= 3 and times > (len(right) + 1) / 2:  # in Colab they stand as they are written
        yield f"expected right answers in no favoured place, found {times} of {len(right)} in place {place}"
    if not any('class="number"' in question for question in asked):
        yield "expected a question with a number to enter, found none"
    if not any(re.search(r"[Ff]igure \d|\bfigure\b|\bpicture below\b|\bRead\b", question) for question in asked):
        yield "expected a question that reads a figure, found none"


def set_up(notebook):
    code = _code(notebook)
    number, cell = code[0] if code else (0, None)
    if cell is None or not cell.source.startswith(setup_cell.text()):
        yield f"cell {number}: expected the set-up cell of tools/setup_cell.py as the first code cell"
        return
    own = ast.parse(cell.source.removeprefix(setup_cell.text())).body
    if not all(isinstance(line, (ast.Import, ast.ImportFrom)) for line in own):
        yield f"cell {number}: expected nothing but imports after the common set-up"
    if cell.metadata != setup_cell.METADATA:
        yield f"cell {number}: expected the set-up cell's metadata to be {setup_cell.METADATA}, found {cell.metadata}"


def parts(notebook):
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "expected a first cell in Markdown that starts with the title, `# …`"
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"] or [""]
    yield from (f"expected {name}, found none" for name, holds in PARTS.items() if not holds(texts))
    titles = sum(len(re.findall(r"^# ", _without_code(text), re.M)) for text in texts)
    if titles != 1:
        yield f"expected one title, found {titles} headings of the first level"


def exercises(notebook):
    found = 0
    for number, cell in _code(notebook):
        name = notebooks.exercise_in(cell.source)
        if name:
            found += 1
            exercise = getattr(notebooks.exercises_of(notebook), name, None)
            yield from (f"cell {number}: {fault}" for fault in _exercise(notebook, number, name, exercise))
    if found < FEWEST_EXERCISES:
        yield f"expected {FEWEST_EXERCISES} or more exercise cells, found {found}"


def _exercise(notebook, number, name, exercise):
    if exercise is None:
        yield f"{name} is not in the chapter's exercises"
        return
    check = f"check(ex.{name}, {exercise.asks_for})"
    if re.sub(r"\n+(?=check\(ex)", "\n", notebook.cells[number].source) != f"{exercise.stub}\n{check}":
        yield f"expected the stub of {name} and then `{check}`, as they stand in its Exercise"
    before = notebook.cells[number - 1]
    if before.cell_type != "markdown" or exercise.prompt.strip() not in before.source:
        yield f"expected the prompt of {name} in the cell before"
    after = notebook.cells[number + 1].source if number + 1 < len(notebook.cells) else ""
    solution = re.search(r"<details>\s*<summary>Solution</summary>\s*```python\n(.*?)\n```\s*</details>", after, re.S)
    if not solution or solution[1] != exercise.solution:
        yield f"expected the reference of {name} in the cell after: <details>, Solution, ```python … ```"


def exercises_stand_alone(notebook):
    """A chapter runs from the first day, so no cell may need what an exercise's cell defines."""
    defined = {}
    for number, cell in _code(notebook):
        tree = ast.parse(re.sub(r"^(\s*)%.*$", r"\1pass", cell.source, flags=re.M))  # without magics
        if notebooks.exercise_in(cell.source):
            defined |= dict.fromkeys(_bound(tree), number)
            continue
        loads = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        for name in sorted({node.id for node in loads} & defined.keys()):
            yield f"cell {number}: uses `{name}`, which the exercise in cell {defined[name]} defines; take another name"


def _bound(tree):
    """Yields the names that the lines of a cell bind: functions, classes, variables; imports are no exercise's own."""
    for line in tree.body:
        if isinstance(line, (ast.FunctionDef, ast.ClassDef)):
            yield line.name
        elif not isinstance(line, (ast.Import, ast.ImportFrom)):
            stores = (node for node in ast.walk(line) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
            yield from (node.id for node in stores)


def figures(notebook):
    for number, cell in _code(notebook):
        drawn = any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {}))
        if not drawn:
            continue
        if not cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip():
            yield f'cell {number}: expected alt text in its metadata, {{"mystnb": {{"image": {{"alt": …}}}}}}'
        after = notebook.cells[number + 1] if number + 1 < len(notebook.cells) else None
        if after is None or after.cell_type != "markdown" or not re.search(r"^\*\*Figure", after.source, re.M):
            yield f"cell {number}: expected a caption in the cell after the figure, a paragraph that starts `**Figure`"


def plain_markdown(notebook):
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for name, pattern in MYST.items():
                if re.search(pattern, cell.source, re.M):
                    yield f"cell {number}: expected Markdown that Colab shows too, found {name}"


def outputs(notebook):
    for number, cell in _code(notebook):
        if cell.source.strip() and cell.execution_count is None:
            yield f"cell {number}: expected stored outputs, but it was not run; `python -m tools.notebooks execute`"
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                yield f"cell {number}: expected no error, found {output.ename}"
            if output.get("name") == "stderr":
                yield f"cell {number}: expected nothing on stderr"


RULES = (
    size,
    short_code,
    folded_code,
    length,
    slides,
    set_up,
    parts,
    exercises,
    kinds_of_exercises,
    exercises_stand_alone,
    open_experiments,
    questions,
    figures,
    plain_markdown,
    outputs,
)


def _code(notebook):
    return [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def _some(texts, pattern):
    return any(re.search(pattern, text, re.I | re.M) for text in texts)


def _without_code(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def main(arguments=None):
    paths = [Path(path) for path in arguments or []] or notebooks.chapters()
    faults = [f"{path}: {fault}" for path in paths for rule in RULES for fault in rule(notebooks.load(path))]
    print("\n".join(faults or [f"{len(paths)} chapters, nothing amiss"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
