"""Holds that every stored widget is an explorable that tools/book/static/explorables.js can draw."""

import json

from sphinx.util import logging

logger = logging.getLogger(__name__)
STATE = "application/vnd.jupyter.widget-state+json"
# Layout models are stored beside each widget; the explorables do not use them.
DRAWN = {"anywidget", "@jupyter-widgets/base"}


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
    """Connects the check."""
    app.connect("env-check-consistency", check)
