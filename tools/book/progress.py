"""What a reader can solve and answer: where marks stand, the list of the Progress page, and chapters to download.

Each page holds, as JSON, the places of its own marks. Which names a chapter has that is complete stands once for all
pages, in `_static/tasks.js`. The list of the Progress page is made here, of every chapter's exercises and questions.
What a reader did is known to the browser alone (python/kept.mjs, python/progress.mjs). A chapter with the reader's
answers is made in the page from `_static/notebooks/…`. Both are scripts: no page that was opened from a folder can
read another file.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from tools import esbuild, notebooks
from tools.book.plan import number_of
from tools.book.python_in_page import wanted
from tools.book.widgets import script_text

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent / "python"
SCRIPT, TASKS = "progress.js", "tasks.js"
DATA = "progress-data"  # the id of a page's JSON
LIST = '<div id="progress"></div>'
BAR = """<div class="answers-bar" role="group" aria-label="Your answers in this chapter">
<p>What you type is kept in this browser and never leaves it.</p>
<button type="button" data-do="download">Download with my answers</button>
<button type="button" data-do="clear" disabled>Clear what I typed</button></div>"""
LIST_HEAD = """<noscript><p>This page needs JavaScript: what you have done is known to your browser alone, and a script
reads it there. The list below works without.</p></noscript>
<div class="progress-head"><p class="progress-total" role="status"></p>
<div class="answers-bar" role="group" aria-label="Your progress as a file">
<button type="button" data-do="save">Save to a file</button>
<button type="button" data-do="load">Load from a file</button>
<button type="button" data-do="forget">Clear everything</button>
<input type="file" accept=".json,application/json" aria-label="A file of progress" hidden>
<p role="status"></p></div></div>
"""


@dataclass(frozen=True)
class Task:
    """An exercise or a question.

    Attributes:
        kind: The kind of its mark, "solved" or "question".
        name: The name of its mark: the exercise's, or the question's key.
        place: The id of its place on the page.
        title: What the reader calls it.
    """

    kind: str
    name: str
    place: str
    title: str


# What there is to do


class Tasks(SphinxTransform):
    """Notes the exercises and questions of a document, and puts the buttons for its answers under its exercises."""

    default_priority = 890  # after Questions, and before anything is put between exercises

    def apply(self, **kwargs):
        found = [task for node in self.document.findall() if (task := task_of(node))]
        exercises = [section for section in self.document.findall(nodes.section) if section[0].astext() == "Exercises"]
        if wanted() and exercises and any(task.kind == "solved" for task in found):
            exercises[0].append(nodes.raw("", BAR, format="html"))
        tasks_by_name(self.env)[self.env.docname] = [task for task in found if wanted() or task.kind == "question"]


def task_of(node):
    """Returns the exercise or question that stands at a node, or None."""
    if isinstance(node, nodes.raw) and "question" in node:
        place = node.parent.index(node)
        number = re.match(r"\d+", node.parent[place - 1].astext() if place else "")
        title = f"Question {number[0]}" if number else "Question"
        return Task("question", node["question"], f"question-{node['question']}", title)
    name = isinstance(node, nodes.literal_block) and notebooks.exercise_in(node.astext())
    if not name:
        return None
    while not isinstance(node, nodes.section):
        node = node.parent
    return Task("solved", name, node["ids"][0], node[0].astext())


def tasks_by_name(env):
    """Returns the tasks of all documents by name, which Sphinx keeps with its environment."""
    if not hasattr(env, "book_tasks"):
        env.book_tasks = {}
    return env.book_tasks


def forget(app, env, docname):
    """Forgets the tasks of a document that is read anew."""
    tasks_by_name(env).pop(docname, None)


def merge(app, env, docnames, other):
    """Takes over what another process has read."""
    tasks_by_name(env).update({name: tasks for name, tasks in tasks_by_name(other).items() if name in docnames})


def check(app, env):
    """Warns where two tasks of a document would share a mark."""
    for docname, tasks in tasks_by_name(env).items():
        for name, count in Counter(task.name for task in tasks).items():
            if count > 1:
                places = [task.title for task in tasks if task.name == name]
                logger.warning("expected questions that differ, found the same: %s", places, location=docname)


def chapters(env):
    """Returns the names of the chapters with tasks, in order."""
    return sorted((name for name, tasks in tasks_by_name(env).items() if tasks and number_of(name)), key=number_of)


def stem(docname):
    """Returns the name under which a browser keeps what belongs to a document."""
    return docname.rpartition("/")[2]


# What a page holds


class Progress(SphinxDirective):
    """```` ```{progress} ````: the chapters with their exercises and questions, which python/progress.mjs marks."""

    def run(self):
        return [nodes.raw("", LIST, format="html")]


def add_to_page(app, pagename, templatename, context, doctree):
    """Gives a page the places of its marks and the script that shows them; the Progress page gets its list, too."""
    own = [[task.kind, task.name, task.place] for task in tasks_by_name(app.env).get(pagename, ())]
    data = script_text({"chapter": stem(pagename), "tasks": own})
    app.add_js_file(None, body=data, type="application/json", id=DATA)
    app.add_js_file(TASKS, defer="defer", priority=790)  # before the script that reads it
    app.add_js_file(SCRIPT, defer="defer", priority=800)  # before what asks it for kept answers
    if LIST in context.get("body", ""):
        entries = (entry(app, pagename, name) for name in chapters(app.env))
        context["body"] = context["body"].replace(LIST, LIST_HEAD + "".join(entries))


def entry(app, pagename, docname):
    """Returns a chapter's folded entry of the Progress page."""
    tasks = tasks_by_name(app.env)[docname]
    page = app.builder.get_relative_uri(pagename, docname)
    items = "".join(
        f'<li data-kind="{task.kind}" data-name="{task.name}">'
        f'<a href="{page}#{task.place}">{escape(task.title)}</a></li>'
        for task in tasks
    )
    questions = sum(task.kind == "question" for task in tasks)
    counts = [f"{len(tasks) - questions} exercises"] * wanted() + [f"{questions} questions"]
    title = escape(app.env.titles[docname].astext())
    summary = f'<span>{title}</span> <span class="progress-counts">{", ".join(counts)}</span>'
    details = f'<details class="progress-chapter" data-chapter="{stem(docname)}">'
    return f"{details}<summary>{summary}</summary><ul>{items}</ul></details>"


# What the browser loads


def folder_of(app):
    """Returns the folder of the scripts, which Sphinx copies to the book."""
    return Path(app.outdir).parent / "progress"


def write_script(app, config):
    """Writes the script that each page runs."""
    folder = folder_of(app)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCRIPT).write_bytes(esbuild.bundle(HERE / "progress.mjs", "bookKept"))
    config.html_static_path.append(str(folder))


def write_tasks(app, env):
    """Writes the names of all chapters' tasks as a script: once all is read, and before Sphinx copies the folder."""
    names = {stem(name): " ".join(task.name for task in tasks_by_name(env)[name]) for name in chapters(env)}
    (folder_of(app) / TASKS).write_text(f"globalThis.bookTasks = {json.dumps(names)};\n", encoding="utf-8")


def write_notebooks(app, exception):
    """Writes each chapter without its outputs as a script, which a page loads when its notebook is asked for."""
    if exception or app.builder.format != "html" or not wanted():
        return
    for docname, tasks in tasks_by_name(app.env).items():
        source = Path(app.env.doc2path(docname))
        if source.suffix != ".ipynb" or all(task.kind != "solved" for task in tasks):
            continue
        text = json.dumps(without_outputs(notebooks.load(source)), ensure_ascii=False, separators=(",", ":"))
        file = Path(app.outdir, "_static", "notebooks", f"{stem(docname)}.js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"(window.bookNotebooks ??= {{}})[{json.dumps(stem(docname))}] = {text};\n", encoding="utf-8")


def without_outputs(notebook):
    """Returns a notebook as it is before its first run."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("widgets", None)
    return notebook


def setup(app):
    """Connects the list, the places, the scripts and the check."""
    app.add_transform(Tasks)
    app.add_directive("progress", Progress)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-check-consistency", check)
    app.connect("config-inited", write_script)
    app.connect("env-updated", write_tasks)
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", write_notebooks)
