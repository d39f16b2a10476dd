"""Explorables in pages: their code as scripts, a directive for MyST pages, and the check that each one can be drawn.

A page holds the state of its explorables, from what notebooks store and what the directive writes alike. Their code
stands once in the book, a classic script a module: those work from a folder, where no module loads.
tools/book/static/explorables.js draws the one with the other.
"""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path

import yaml
from docutils import nodes
from ipywidgets.embed import embed_data
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from dnnlib.widgets.base import HERE, modules, script, styles
from tools import esbuild, normal_form, notebooks
from tools.normal_form import WIDGET_STATE, WIDGET_VIEW

logger = logging.getLogger(__name__)
FOLDER = "explorables"  # below _static/
# Layout models are stored beside each widget; the explorables do not use them.
LAYOUT = "@jupyter-widgets/base"


class Explorable(SphinxDirective):
    """Puts an explorable in a MyST page: ```` ```{explorable} module.Class ````, its body the traits as YAML."""

    required_arguments = 1
    has_content = True

    def run(self):
        module, _, name = self.arguments[0].partition(".")
        widget = getattr(import_module(f"dnnlib.widgets.{module}"), name)(
            **yaml.safe_load("\n".join(self.content)) or {}
        )
        stored = embed_data(views=[widget], drop_defaults=False)
        for record in stored["manager_state"]["state"].values():
            record["state"] = normal_form.without_code(record["state"])
        parts = [(WIDGET_STATE, stored["manager_state"]), *((WIDGET_VIEW, view) for view in stored["view_specs"])]
        # Ids are random; this one is the same in each build.
        stable = f"{self.env.docname}-{self.env.new_serialno('explorable')}"
        text = "".join(f'<script type="{kind}">{script_text(data)}</script>\n' for kind, data in parts)
        text = text.replace(widget.model_id, stable)
        return [nodes.raw("", f'<div class="explorable">{text}</div>', format="html")]


def script_text(data):
    """Returns data as JSON that may stand in a script element."""
    return json.dumps(data).replace("</", "<\\/")


def file_of(path):
    """Returns the place below _static/ of a module's script or of a style sheet."""
    return f"{FOLDER}/{path.resolve().relative_to(HERE).with_suffix('.js' if path.suffix == '.mjs' else '.css')}"


def write(app, config):
    """Writes each module as a script, and the styles, into a folder that Sphinx copies to the book."""
    folder = Path(app.outdir).parent / "scripts"
    shutil.rmtree(folder, ignore_errors=True)
    for source in (*HERE.glob("**/*.mjs"), *HERE.glob("**/*.css")):
        target = folder / file_of(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = script(source) if source.suffix == ".mjs" else source.read_text(encoding="utf-8")
        target.write_text(text, encoding="utf-8")
    minify(folder)
    config.html_static_path.append(str(folder))


def minify(folder):
    """Makes the scripts and styles below a folder small, each in its place: classic scripts stay classic scripts.

    Args:
        folder: The folder.

    Raises:
        RuntimeError: Where node_modules lacks esbuild, or a file is no JavaScript or CSS.
    """
    files = [file for file in folder.glob("**/*") if file.suffix in (".js", ".css")]
    esbuild.run(*files, "--minify", "--allow-overwrite", f"--outdir={folder}", f"--outbase={folder}")


def explorables_of(app, pagename, body):
    """Returns the names of the modules of a page's explorables, in order and once each."""
    stored = [
        attributes.get("body", "") for _, attributes in app.env.nb_metadata[pagename].get("js_files", {}).values()
    ]
    names = re.findall(r'"_anywidget_id": "dnnlib\.widgets\.(\w+)\.\w+"', "".join([body, *stored]))
    return list(dict.fromkeys(names))


def add_code(app, pagename, templatename, context, doctree):
    """Loads on each page the scripts and styles of its explorables, what others need first."""
    mains = [HERE / f"{name}.mjs" for name in explorables_of(app, pagename, context.get("body", ""))]
    for sheet in dict.fromkeys(sheet for main in mains for sheet in styles(main)):
        app.add_css_file(file_of(sheet))
    for module in dict.fromkeys(module for main in mains for module in modules(main)):
        app.add_js_file(file_of(module), defer="defer")
    if mains:
        app.add_js_file("explorables.js", defer="defer", priority=900)


def check(app, env):
    """Warns where a notebook shows a widget that the book cannot draw."""
    for name in env.nb_metadata:
        path = Path(env.doc2path(name))
        if path.suffix == ".ipynb":
            notebook = notebooks.load(path)
            states = normal_form.widget_states(notebook)
            for number, model in normal_form.views(notebook):
                if fault := trouble(states, model):
                    logger.warning("cell %d: %s", number, fault, location=name)


def trouble(states, model):
    """Returns why the book cannot draw a stored widget, or "" if it can.

    Args:
        states: The notebook's stored widgets by their model's id.
        model: The id of the one that is shown.
    """
    if model not in states:
        return "shows a widget whose state the notebook does not hold; run `python -m tools.notebooks execute`"
    foreign = {record["model_module"] for record in states.values()} - {"anywidget", LAYOUT}
    if foreign:
        return f"expected explorables alone, found widgets of {', '.join(sorted(foreign))}: they need a kernel"
    name = normal_form.explorable_of(states[model])
    if name is None:
        stored = states[model]["state"].get("_anywidget_id")
        return f"expected an explorable of dnnlib.widgets, found {stored}: the book does not hold its code"
    module, _, cls = name.partition(".")
    if not (HERE / f"{module}.mjs").exists() or not hasattr(import_module(f"dnnlib.widgets.{module}"), cls):
        return f"shows dnnlib.widgets.{name}, which does not exist; run the cell anew with a class that does"
    return ""


def setup(app):
    """Connects the scripts, the directive and the check."""
    app.add_directive("explorable", Explorable)
    app.connect("config-inited", write)
    app.connect("html-page-context", add_code)
    app.connect("env-check-consistency", check)
