"""The form in which notebooks are stored: the same run gives the same bytes."""

import base64
import copy
import io
import json
import re

import nbformat
from PIL import Image

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# Instead of an explorable's code: what JupyterLab shows in a notebook that was opened and not run
STAND_IN = 'export default { render({ el }) { el.textContent = "Run this cell to use this figure."; } };'
KEPT_CELL_METADATA = ("cellView", "jupyter", "mystnb", "tags")
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def read(text):
    """Returns the notebook in `text`; cells without an id, or with one used before, get one from their place."""
    raw = json.loads(text)
    if raw.get("nbformat") != 4:
        raise ValueError(f"expected nbformat 4, received {raw.get('nbformat')!r}: open and save it in JupyterLab once")
    raw["nbformat_minor"] = max(5, raw.get("nbformat_minor", 0))
    taken = set()
    for place, cell in enumerate(raw["cells"]):
        if not cell.get("id") or cell["id"] in taken:
            cell["id"] = next(name for name in _names(place) if name not in taken)
        taken.add(cell["id"])
        if cell["cell_type"] == "code":  # what some editors leave out
            cell.setdefault("execution_count", None)
            cell.setdefault("outputs", [])
        cell.setdefault("metadata", {})
    return nbformat.reads(json.dumps(raw), as_version=4)


def _names(place):
    yield f"cell-{place:02d}"
    yield from (f"cell-{place:02d}-{number}" for number in range(2, 1000))


def normalised(notebook):
    """Returns a copy of the notebook without anything that depends on when, where or how often it ran.

    Kept are the cells with their ids, tags and display options, the outputs but for what went to stderr, and the
    state of the widgets that are shown, without the explorables' code. Counts run from 1, widget models are numbered
    in the order of their use.

    Raises:
        ValueError: If a cell shows a widget whose state the notebook does not hold.
    """
    notebook = _number_widgets(copy.deepcopy(notebook))
    for record in widget_states(notebook).values():
        record["state"] = without_code(record["state"])
        if explorable_of(record):
            record["state"]["_esm"] = STAND_IN
    widgets = notebook.metadata.get("widgets")
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA | ({"widgets": widgets} if widgets else {}))
    count = 0
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        cell.source = cell.source.rstrip("\n")
        if cell.cell_type == "code":
            ran = cell.execution_count is not None
            count += ran
            cell.execution_count = count if ran else None
            cell.outputs = [_output(output, cell.execution_count) for output in _merge_streams(cell.outputs)]
    nbformat.validate(notebook)
    return notebook


def as_text(notebook):
    """Returns the text of the file: keys sorted, one line for each line of source, a newline at the end."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _merge_streams(outputs):
    """Joins neighbouring pieces of stdout, whose borders depend on timing, and drops stderr."""
    merged = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        before = merged[-1] if merged else None
        if output.output_type == "stream" and before and before.output_type == "stream":
            before.text += output.text
        else:
            merged.append(output)
    return merged


def _output(output, count):
    if output.output_type == "error":
        # The full traceback names folders of the machine that ran it.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if output.output_type == "execute_result":
        output.execution_count = count
    if "data" in output:
        output.metadata = nbformat.from_dict({})
        if "image/svg+xml" in output.data:
            output.data["image/svg+xml"] = normalised_svg(output.data["image/svg+xml"])
            if "image/png" in output.data:
                output.data["image/png"] = small_png(output.data["image/png"])
    return output


def normalised_svg(svg):
    """Returns an SVG of matplotlib without date, comments and random ids, its paths to a hundredth of a point."""
    svg = re.sub(r"\s*<dc:(date|creator)>.*?</dc:\1>|\s*<!--.*?-->", "", svg, flags=re.S)
    names = dict.fromkeys(re.findall(r'\bid="([a-z][0-9a-f]{10})"', svg))
    number = {name: f"i{place}" for place, name in enumerate(names)}
    svg = re.sub(r'(?<=["#])[a-z][0-9a-f]{10}(?=[")])', lambda match: number.get(match[0], match[0]), svg)
    return re.sub(r'(?<= d=")[^"]+', _shorter_path, svg)


def small_png(data):
    """Returns the PNG that stands in for an SVG until a notebook is trusted: at 96 dots an inch, in 64 colours.

    Args:
        data: A PNG in base64, drawn at 144 dots an inch, or one that is small already.
    """
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    if picture.mode == "P":
        return data
    size = [round(side * 96 / 144) for side in picture.size]
    small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).quantize(64, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode() + "\n"


def _shorter_path(match):
    return re.sub(r"-?\d+\.\d{3,}", lambda value: f"{float(value[0]):.2f}".rstrip("0").rstrip("."), match[0])


def views(notebook):
    """Returns the number of the cell and the model's id of each widget that an output shows."""
    return [
        (number, output["data"][WIDGET_VIEW]["model_id"])
        for number, cell in enumerate(notebook["cells"])
        for output in cell.get("outputs", ())
        if WIDGET_VIEW in output.get("data", {})
    ]


def widget_states(notebook):
    """Returns the records of a notebook's stored widgets by their model's id."""
    return notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})


def explorable_of(record):
    """Returns "module.Class" of a stored widget below dnnlib.widgets, None for any other."""
    name = record["state"].get("_anywidget_id", "")
    return name.removeprefix("dnnlib.widgets.") if name.startswith("dnnlib.widgets.") else None


def without_code(state):
    """Returns an explorable's state without its code and styles, which the book holds once; others stay as they are."""
    return {key: state[key] for key in state if key not in ("_esm", "_css") or not explorable_of({"state": state})}


def _number_widgets(notebook):
    """Gives the widget models ids in the order of their use, and drops those that no output shows."""
    stored = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {})
    state = stored.get("state", {})
    for number, name in views(notebook):
        if name not in state:  # Colab leaves the state out, or stores it in a form of its own
            raise ValueError(
                f"cell {number}: expected the stored state of the widget that it shows, found none; "
                "run `python -m tools.notebooks execute`"
            )
    if not state:
        notebook.metadata.pop("widgets", None)
        return notebook
    outputs = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    waiting = sorted((name for name in state if name in outputs), key=outputs.find)
    order = []
    while waiting:
        name = waiting.pop(0)
        if name not in order and name in state:
            order.append(name)
            waiting += re.findall(r"IPY_MODEL_([0-9a-f]{32})", json.dumps(state[name], sort_keys=True))
    stored.state = {name: state[name] for name in order}
    number = {name: f"{place:032x}" for place, name in enumerate(order, 1)}
    # In one pass, since an old id may be the new one of another model.
    text = re.sub(
        r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", lambda match: number.get(match[0], match[0]), json.dumps(notebook)
    )
    return nbformat.from_dict(json.loads(text))
