"""Compares, inside a chapter's kernel, the explorables that it has just made with those that its file stores."""

import base64
import importlib
import json
import zlib

import numpy as np
from anywidget import AnyWidget
from ipywidgets import Widget

from tools import normal_form, notebooks

ROUNDING = 1.0  # grey levels, on average: versions of Pillow and processors may round a photograph differently


def assert_as_stored(path):
    """Fails if the explorables of this kernel have other traits than those stored in the notebook at `path`."""
    stored = notebooks.load(path).metadata.get("widgets", {}).get(normal_form.WIDGET_STATE, {}).get("state", {})
    fresh = explorables(json.loads(json.dumps(Widget.get_manager_state()["state"])))
    stored = explorables(stored)
    renew = f"run `python -m tools.notebooks execute chapters/{path.name}`"
    assert [name for name, _ in stored] == [name for name, _ in fresh], f"other explorables than stored: {renew}"
    for (name, before), (_, after) in zip(stored, fresh, strict=True):
        changed = [trait for trait in before | after if not _same(trait, before.get(trait), after.get(trait))]
        assert not changed, f"{name}: {', '.join(changed)} differ from what is stored: {renew}"


def explorables(state):
    """Returns (class name, own traits) of each explorable in a widget state; ipywidgets's traits vary by version."""
    found = []
    for record in state.values():
        module, _, name = record["state"].get("_anywidget_id", "").rpartition(".")
        if not module.startswith("dnnlib.widgets."):
            continue
        cls = getattr(importlib.import_module(module), name)
        own = set(cls.class_trait_names(sync=True)) - set(AnyWidget.class_trait_names())
        # A notebook stored before a trait was added is not stale: it means the trait's default
        defaults = {trait: getattr(cls, trait).default_value for trait in own & {"guess", "tour"}}
        buffers = {buffer["path"][0]: _unpacked(buffer["data"]) for buffer in record.get("buffers", ())}
        found.append((name, {trait: (defaults | record["state"] | buffers).get(trait) for trait in own}))
    return found


def _unpacked(data):
    data = base64.b64decode(data)
    try:
        return zlib.decompress(data)  # other versions of zlib pack the same bytes differently
    except zlib.error:
        return data


def _same(trait, before, after):
    if trait == "photo" and before and after and len(before) == len(after):
        difference = np.frombuffer(before, np.uint8) - np.frombuffer(after, np.uint8)  # modulo 256
        return np.abs(difference.view(np.int8).astype(int)).mean() < ROUNDING
    return before == after
