"""Explorables in pages: a directive for MyST pages, and the check that each stored widget can be drawn.

tools/book/static/explorables.js draws them, from what notebooks store and what the directive writes alike.
"""

import json
from importlib import import_module

import yaml
from docutils import nodes
from ipywidgets.embed import embed_data
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
# Layout models are stored beside each widget; the explorables do not use them.
DRAWN = {"anywidget", "@jupyter-widgets/base"}


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
        parts = [(STATE, stored["manager_state"]), *((VIEW, view) for view in stored["view_specs"])]
        # Ids are random; this one is the same in each build.
        stable = f"{self.env.docname}-{self.env.new_serialno('explorable')}"
        text = "".join(f'<script type="{kind}">{script_text(data)}</script>\n' for kind, data in parts)
        text = text.replace(widget.model_id, stable)
        return [nodes.raw("", f'<div class="explorable">{text}</div>', format="html")]


def script_text(data):
    """Returns data as JSON that may stand in a script element."""
    return json.dumps(data).replace("</", "<\\/")


def add_script(app, pagename, templatename, context, doctree):
    """Loads the script on MyST pages with explorables; myst-nb does so for notebooks."""
    if VIEW in context.get("body", "") and STATE in context["body"]:
        app.add_js_file("explorables.js", defer="defer")


def check(app, env):
    """Warns where a page stores a widget that needs more than anywidget."""
    for name, metadata in env.nb_metadata.items():
        for _, attributes in metadata.get("js_files", {}).values():
            if attributes.get("type") != STATE:
                continue
            state = json.loads(attributes["body"])["state"]
            foreign = {record["model_module"] for record in state.values()} - DRAWN
            if foreign:
                logger.warning(
                    "expected anywidget explorables alone, found widgets of %s: they need a kernel or a foreign host",
                    ", ".join(sorted(foreign)),
                    location=name,
                )


def setup(app):
    """Connects the directive and the check."""
    app.add_directive("explorable", Explorable)
    app.connect("html-page-context", add_script)
    app.connect("env-check-consistency", check)
