"""A reader at each explorable of the built pages: with a mouse, with the keyboard alone, with a finger.

`READERS` maps an explorable's class to the reader who knows it. Readers take everything off the page, the settings
as well as the results, so they suit an explorable in any state; and they find things by role and name.
"""

import base64
import re
import zlib

import numpy as np

from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.receptive_field import field_of, receptive_field
from dnnlib.layers.relu import ReLU
from dnnlib.layers.softmax import Softmax
from dnnlib.widgets import kernel_studio
from dnnlib.widgets.draw_digit import counted, drawn, fitted
from tests.widgets import test_batch_neighbours as neighbours
from tests.widgets import test_convolution_stepper as stepper
from tests.widgets import test_depth_and_shortcut as shortcut
from tests.widgets import test_dropout_masks as dropout
from tests.widgets import test_faulty_node as faulty
from tests.widgets import test_fifty_layers as fifty
from tests.widgets import test_gated_cell as gated
from tests.widgets import test_gradient_through_time as through_time
from tests.widgets import test_kernel_studio as studio
from tests.widgets import test_kmeans_steps as kmeans
from tests.widgets import test_label_keeper as keeper
from tests.widgets import test_labels_saved as saved
from tests.widgets import test_latent_plane as latent
from tests.widgets import test_ledger as ledger
from tests.widgets import test_linear_autoencoder as autoencoder
from tests.widgets import test_live_tsne as live
from tests.widgets import test_logits as logits
from tests.widgets import test_module_budget as module
from tests.widgets import test_network_playground as playground
from tests.widgets import test_optimizer_paths as paths
from tests.widgets import test_pooling_explorer as pooling
from tests.widgets import test_pressure as pressure
from tests.widgets import test_principal_axis as principal
from tests.widgets import test_rebuilt_digit as in_parts
from tests.widgets import test_receptive_field_builder as builder
from tests.widgets import test_scatter_gather as gather
from tests.widgets import test_threshold_explorer as detector
from tests.widgets import test_unit_life as unit_life
from tests.widgets import test_where_to_cut as where
from tests.widgets import test_who_remembers as remembers

MEASURED = 30_000  # milliseconds that a busy machine may need to measure a deep network
MOST_TABS = 250  # more than stand before any explorable of a page, or in it


def stored(page):
    """Returns the state of each explorable of a page, in the order in which they stand there."""
    read = "all => all.map((e) => JSON.parse(e.textContent))"
    parts = page.locator('script[type*="widget-state"]').evaluate_all(read)
    records = {model: record for part in parts for model, record in part["state"].items()}
    views = page.locator('script[type*="widget-view"]').evaluate_all(read)
    for record in records.values():
        for buffer in record.get("buffers", []):
            record["state"][buffer["path"][0]] = base64.b64decode(buffer["data"])
    return [records[view["model_id"]]["state"] for view in views]


def number(text):
    """Reads a number as people write it."""
    return float(text.replace("−", "-"))


def found(pattern, text):
    """Returns what the groups of a pattern match in a text; numbers come as numbers."""
    match = re.search(pattern, text)
    assert match, f"expected {pattern!r} in {text!r}"
    return [number(part) for part in match.groups()]


def spot_in(target, across, down):
    """Returns a place in an element by its shares of width and height, on a whole pixel: clicks know no others."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    return {
        "x": round(box["x"] + across * box["width"]) - box["x"],
        "y": round(box["y"] + down * box["height"]) - box["y"],
    }


def percent(share):
    """Writes a probability as "Draw a digit" does, less the spaces."""
    return ">99%" if share > 0.995 else "<1%" if share < 0.005 else f"{100 * share:.0f}%"


def activations(state, strokes=None):
    """The activations of each layer of "Draw a digit" by dnnlib: on strokes, else on what the state has drawn."""
    example = state["example"] if strokes is None else -1
    if strokes is not None:
        bitmap = drawn(strokes)
    else:
        data = state["drawing"] if example < 0 else state["examples"][128 * example : 128 * (example + 1)]
        bitmap = np.unpackbits(np.frombuffer(data, np.uint8)).reshape(32, 32)
    x = counted(fitted(bitmap) if state["fit"] and example < 0 else bitmap)[None, :, :, None] / 16
    shapes = state["shapes"]
    flat = np.frombuffer(zlib.decompress(state["weights"]), "<f4")
    weights = np.split(flat, np.cumsum([np.prod(shape) for shape in shapes])[:-1])
    weights = iter([part.reshape(shape) for part, shape in zip(weights, shapes, strict=True)])
    first, second, hidden, classes = (shape[0] for shape in shapes[1::2])
    result = {}
    for name, *layers in [
        ("conv1", Conv2D(first, 3, padding="same", dtype="float64"), ReLU()),
        ("pool1", MaxPooling2D(2)),
        ("conv2", Conv2D(second, 3, padding="same"), ReLU()),
        ("pool2", MaxPooling2D(2)),
        ("dense1", Flatten(), Dense(hidden), ReLU()),
        ("dense2", Dense(classes), Softmax()),
    ]:
        for layer in layers:
            if isinstance(layer, (Conv2D, Dense)):
                layer.build(x.shape)
                for key in ("kernel", "bias"):
                    layer.params[key][...] = next(weights)
            x = layer(x)
        result[name] = x
    return result


def focus_in(target):
    """Returns a function that says whether the focus is in an element; it looks the element up only where it must."""
    element = target.element_handle()

    def look():
        nonlocal element
        inside = element.evaluate("e => e.isConnected ? e.contains(document.activeElement) : null")
        if inside is None:  # drawn anew
            element = target.element_handle()
            return look()
        return inside

    return look


class Reader:
    """What all explorables share.

    Args:
        page: The page.
        el: The explorable on it.
        state: Its stored state; what the reader changes, it reads off the page.
    """

    def __init__(self, page, el, state):
        self.page, self.el, self.state = page, el, state
        el.scroll_into_view_if_needed()
        # The Tab key starts just before the explorable; the way there is the page's, and long.
        el.evaluate("""(e) => {
          const start = Object.assign(document.createElement("span"), { tabIndex: -1 });
          e.before(start);
          start.focus({ preventScroll: true });
        }""")

    def open(self):
        """Opens the prediction lock, where one is set: what it covers cannot be read or reached until then."""
        if self.state["guess"]:
            self.el.get_by_role("button", name="Show me").click()
            self.settle()

    def settle(self):
        """Waits until the explorable has drawn what happened."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def leave(self):
        """Moves the mouse away from the explorable."""
        self.page.mouse.move(0, 0)
        self.settle()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def type(self, text):
        """Types over what is selected, as after Tab."""
        self.page.keyboard.type(text)
        self.settle()

    def tab_to(self, target, key="Tab"):
        """Goes to an element, or into it, by the Tab key alone."""
        is_in = focus_in(target)
        for _ in range(MOST_TABS):
            self.page.keyboard.press(key)
            if is_in():
                return
        raise AssertionError(f"expected {key} to reach {target}")

    def leave_by_keys(self):
        """Tabs on from the explorable: it must let the focus go."""
        is_in = focus_in(self.el)
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if not is_in():
                return
        raise AssertionError("expected Tab to lead out of the explorable")

    def sentence(self):
        """What the explorable says of its state."""
        return self.el.locator(".xp-status").inner_text()

    def grid(self, name):
        return self.el.get_by_role("grid", name=name, exact=True)

    def table(self, name):
        """The numbers of a grid; nan where a cell is empty or cannot be edited though others can."""
        rows = self.grid(name).evaluate("""grid => [...grid.querySelectorAll("[role=row]")].map((row) =>
          [...row.querySelectorAll("[role=gridcell]")].map((cell) => {
            const field = cell.querySelector("input");
            return field?.readOnly ? "nan" : (field ? field.value : cell.textContent) || "nan";
          }))""")
        return np.array([[number(text) for text in row] for row in rows])

    def editable(self, name):
        """The numbers of the block of a grid that can be edited."""
        table = self.table(name)
        given = ~np.isnan(table)
        return table[given].reshape(given.any(axis=1).sum(), -1)

    def cell(self, name, row, column):
        return self.grid(name).get_by_role("row").nth(row).get_by_role("gridcell").nth(column)

    def selected(self, name):
        """Row and column of the one cell of a grid that is selected."""
        places = self.grid(name).evaluate("""grid => [...grid.querySelectorAll("[role=row]")].flatMap((row, i) =>
          [...row.querySelectorAll("[role=gridcell]")].flatMap((cell, j) =>
            cell.ariaSelected === "true" ? [[i, j]] : []))""")
        assert len(places) == 1, places
        return tuple(places[0])

    def step(self, name):
        """Goes one cell on in a grid, away from its borders where it can: the keys, and the cell that they lead to."""
        keys, place = [], []
        moves = (("ArrowUp", "ArrowDown"), ("ArrowLeft", "ArrowRight"))
        for at, size, (back, on) in zip(self.selected(name), self.table(name).shape, moves, strict=True):
            keys.append(back if at else on)
            place.append(at - 1 if at else min(1, size - 1))
        return keys, tuple(place)

    def edit(self, name, text, key="Tab"):
        """Tabs to a grid and types a number into the cell that has the focus; the table must show it."""
        before = self.table(name)
        self.tab_to(self.grid(name), key)
        while self.page.evaluate("document.activeElement.readOnly"):  # padding: go on to the input
            self.press("ArrowDown", "ArrowRight")
        self.type(text)
        after = self.table(name)
        assert (np.nan_to_num(before) != np.nan_to_num(after)).sum() == 1 and number(text) in after


class Stepper(Reader):
    """The convolution stepper."""

    def numbers(self):
        now = {
            **self.state,
            "image": self.editable("Input with its padding").tolist(),
            "kernel": self.table("Kernel").tolist(),
        }
        expected = stepper.expected_output(now)
        np.testing.assert_allclose(self.table("Output"), expected, atol=0.005)
        [value] = found(r"\bOutput row .*? is (−?[\d.]+), the sum of", self.sentence())
        assert abs(value - expected[self.selected("Output")]) < 0.005

    def mouse(self):
        rows, columns = self.table("Output").shape
        target = (0, 0) if self.selected("Output") == (rows - 1, columns // 2) else (rows - 1, columns // 2)
        self.cell("Output", *target).hover()
        self.settle()
        assert self.selected("Output") == target

    def keyboard(self):
        self.tab_to(self.grid("Output"))
        keys, place = self.step("Output")
        self.press(*keys)
        assert self.selected("Output") == place
        self.edit("Kernel", "5", "Shift+Tab")
        self.edit("Input with its padding", "-2.5", "Shift+Tab")

    def touch(self):
        rows, columns = self.table("Output").shape
        target = min(1, rows - 1), min(1, columns - 1)
        self.cell("Output", *target).tap()
        self.settle()
        assert self.selected("Output") == target


class Studio(Reader):
    """The kernel studio."""

    def numbers(self):
        slices = [self.table(f"{channel} slice of the kernel") for channel in ("Red", "Green", "Blue")]
        divisor = float(self.el.get_by_label("Divide the sum by").input_value())
        now = {**self.state, "kernel": np.stack(slices, axis=2).tolist(), "divisor": divisor}
        photo = kernel_studio.decode(self.state["photo"], *self.state["shape"])
        maps = studio.expected_maps(photo, now)
        *_, value, low, high = found(
            r"which gives (−?[\d.]+)\. All values lie from (−?[\d.]+) to (−?[\d.]+)\.", self.sentence()
        )
        row, column = self.place()
        np.testing.assert_allclose([value, low, high], [maps[row, column, 0], maps.min(), maps.max()], atol=0.0501)

    def place(self):
        row, column = found(r"^Row (\d+), column (\d+):", self.sentence())
        return int(row), int(column)

    def response(self):
        return self.el.get_by_role("application", name="The response")

    def mouse(self):
        before, spot = self.place(), spot_in(self.response(), 0.3, 0.6)
        self.response().hover(position=spot)
        self.settle()
        pointed = self.place()
        assert pointed != before
        self.response().click(position=spot)
        self.leave()
        assert self.place() == pointed

    def keyboard(self):
        chosen = self.el.get_by_role("radio", checked=True).first
        first = chosen.get_attribute("value")
        self.tab_to(chosen)
        self.press("ArrowRight")
        assert self.el.get_by_role("radio", checked=True).first.get_attribute("value") != first
        self.numbers()
        self.tab_to(self.response())
        row, column = self.place()
        down, across = (
            ("ArrowUp", -1) if row else ("ArrowDown", 1),
            ("ArrowLeft", -10) if column >= 10 else ("ArrowRight", 10),
        )
        self.press(down[0], f"Shift+{across[0]}")
        assert self.place() == (row + down[1], column + across[1])
        self.edit("Red slice of the kernel", "7")

    def touch(self):
        before = self.place()
        self.response().tap(position=spot_in(self.response(), 0.7, 0.3))
        self.settle()
        assert self.place() != before


class Builder(Reader):
    """The receptive field builder."""

    def layers(self):
        """The layers as the lists of the page have them, and what the table says of them."""
        rows = self.el.get_by_role("table", name="Layers").evaluate("""table => [...table.tBodies[0].rows].slice(1).map(
          (row) => [[...row.querySelectorAll("select")].map((list) => list.selectedOptions[0].textContent),
            ["units n", "jump j", "field r"].map((name) => +row.querySelector(`[data-label="${name}"] b`).textContent)])
        """)
        layers, results = [], []
        for (_, kernel, stride, dilation, padding), result in rows:
            padding = {"none": "valid", "same": "same"}.get(padding) or int(padding)
            layers.append({"kernel": int(kernel), "stride": int(stride), "dilation": int(dilation), "padding": padding})
            results.append(result)
        return layers, results

    def numbers(self):
        layers, results = self.layers()
        stack, sizes = builder.windows(layers, int(self.el.get_by_role("slider", name="Input size").input_value()))
        fields = receptive_field(stack)
        assert results == [[size, f.jump, f.size] for size, f in zip(sizes[1:], fields, strict=True)]
        unit, layer = self.unit()
        first, last = field_of(stack[:layer], unit)
        first, last = max(first, 0), min(last, sizes[0] - 1)
        assert found(r"inputs (\d+) to (\d+): (\d+) of", self.sentence()) == [first, last, last - first + 1]

    def unit(self):
        unit, layer = found(r"^Unit (\d+) of layer (\d+) ", self.sentence())
        return int(unit), int(layer)

    def drawing(self):
        return self.el.get_by_role("slider", name="Unit:")

    def mouse(self):
        before = self.unit()
        self.drawing().hover(position=spot_in(self.drawing(), 0.35, 0.05))
        self.settle()
        assert self.unit() != before
        self.leave()
        assert self.unit() == before

    def keyboard(self):
        unit, layer = self.unit()
        self.tab_to(self.drawing())
        self.press("ArrowLeft" if unit else "ArrowRight")
        assert self.unit() == (unit - 1 if unit else 1, layer)
        self.press("ArrowDown" if layer > 1 else "ArrowUp")
        assert self.unit()[1] == (layer - 1 if layer > 1 else min(2, len(self.layers()[0])))
        self.numbers()
        count = len(self.layers()[0])
        self.tab_to(self.el.get_by_role("button", name="Add a layer"))
        self.press("Enter")
        assert len(self.layers()[0]) == count + 1
        self.tab_to(self.el.get_by_role("combobox", name="Stride, layer 1"), "Shift+Tab")
        self.press("2")
        assert self.layers()[0][0]["stride"] == 2

    def touch(self):
        before = self.unit()
        self.drawing().tap(position=spot_in(self.drawing(), 0.35, 0.05))
        self.settle()
        assert self.unit() != before


class Pooling(Reader):
    """The pooling explorer."""

    def numbers(self):
        now = {**self.state, "image": self.editable("Input").tolist()}
        if self.grid("Gradient of the output").is_visible():
            now["upstream"] = self.table("Gradient of the output").tolist()
            shown = self.table("Gradient of the input")
            expected = pooling.backward(now)
            assert shown.shape == expected.shape  # the book's states have no padding
            np.testing.assert_allclose(shown, expected, atol=0.005)
        np.testing.assert_allclose(self.table("Pooled"), pooling.forward(now), atol=0.005)

    def mouse(self):
        rows, columns = self.table("Pooled").shape
        target = (0, 0) if self.selected("Pooled") == (rows - 1, columns // 2) else (rows - 1, columns // 2)
        self.cell("Pooled", *target).hover()
        self.settle()
        assert self.selected("Pooled") == target

    def keyboard(self):
        self.edit("Input", "9")
        self.numbers()
        self.tab_to(self.grid("Pooled"))
        keys, place = self.step("Pooled")
        self.press(*keys)
        assert self.selected("Pooled") == place
        views = self.el.get_by_role("group", name="Look at")
        self.tab_to(views, "Shift+Tab")
        for _ in range(3):  # through all of them and, at the end, to the gradient
            self.press("ArrowRight")
            self.numbers()
        while not views.get_by_role("radio", name="Gradient").is_checked():
            self.press("ArrowRight")
        self.edit("Gradient of the output", "5")

    def touch(self):
        rows, columns = self.table("Pooled").shape
        target = min(1, rows - 1), min(1, columns - 1)
        self.cell("Pooled", *target).tap()
        self.settle()
        assert self.selected("Pooled") == target


class Gather(Reader):
    """Scatter or gather."""

    VIEWS = ("Scatter", "Gather", "Kernel")
    GRADIENT = "Gradient of the input"

    def tables(self, name, *counts):
        """The numbers of a block's grids that are visible, as one array of (kernels, channels, rows, columns)."""
        more = [("", f", {word} 1")[:count] for count, word in zip(counts, ("kernel", "channel"), strict=True)]
        return np.array([[self.table(name + f + ch) for ch in more[1]] for f in more[0]])

    def now(self):
        """The state with the numbers that the page shows: it is read in the view that shows the kernel as it is."""
        channels, filters = len(self.state["image"]), len(self.state["weights"])
        image = self.tables("Input", 1, channels)[0]
        given = ~np.isnan(image[0])
        now = {**self.state, "image": image[:, given].reshape(channels, given.any(axis=1).sum(), -1).tolist()}
        if self.state["layer"] == "max_pooling":
            return now | {"errors": self.tables("Errors", channels, 1)[:, 0].tolist()}
        return now | {
            "weights": self.tables("Kernel", filters, channels).tolist(),
            "errors": self.tables("Errors", filters, 1)[:, 0].tolist(),
        }

    def look_at(self, view):
        self.el.get_by_role("radio", name=view, exact=True).check(force=True)
        self.settle()

    def view(self):
        return self.el.get_by_role("radio", checked=True).get_attribute("value").capitalize()

    def numbers(self):
        before = self.view()
        self.look_at("Scatter")
        now = self.now()
        expected, pools = gather.by_dnnlib(now), now["layer"] == "max_pooling"
        np.testing.assert_allclose(self.table("Output"), expected["output"][0], atol=0.005)
        dx = expected["dx"]
        for view in self.VIEWS[: 2 if pools else 3]:
            self.look_at(view)
            shown = self.tables(self.GRADIENT, 1, len(dx))[0]
            (top, left) = ((n - m) // 2 for n, m in zip(shown.shape[1:], dx.shape[1:], strict=True))
            inner = shown[:, top : top + dx.shape[1], left : left + dx.shape[2]]
            if self.state["flip"] or view != "Gather":
                np.testing.assert_allclose(inner, dx, atol=0.005)
        if not pools:
            given = self.tables("Gradient of the kernel", *expected["kernel"].shape[:2])
            np.testing.assert_allclose(given, expected["kernel"], atol=0.005)
        self.look_at(before)

    def place(self):
        row, column = found(r"row (\d+), column (\d+)", self.sentence())
        return int(row), int(column)

    def mouse(self):
        self.look_at("Scatter")
        rows, columns = self.table("Errors").shape
        target = (0, 0) if self.place() == (rows - 1, columns // 2) else (rows - 1, columns // 2)
        self.cell("Errors", *target).hover()
        self.settle()
        assert self.place() == target
        self.leave()

    def keyboard(self):
        self.edit("Input", "9")
        self.numbers()
        self.tab_to(self.grid("Errors"))
        self.press("Home", "ArrowDown")
        self.press("PageUp")
        self.numbers()
        self.tab_to(self.el.get_by_role("group", name="Look at"), "Shift+Tab")
        while self.view() != "Gather":
            self.press("ArrowRight")
        assert "Input row" in self.sentence()

    def touch(self):
        self.look_at("Scatter")
        rows, columns = self.table("Errors").shape
        target = min(1, rows - 1), min(1, columns - 1)
        self.cell("Errors", *target).tap()
        self.settle()
        assert self.place() == target


class Digit(Reader):
    """Draw a digit."""

    strokes = None  # what this reader drew; None before

    def numbers(self):
        activations = self.activations()
        shares = activations["dense2"].ravel()
        items = [re.sub(r"\s", "", text) for text in self.classes().all_inner_texts()]
        assert items == [f"{k}{percent(share)}" for k, share in enumerate(shares)]
        assert re.search(rf"\b(an?|make it an?) {shares.argmax()}\b", self.sentence())
        match = re.search(r"(conv\d|pool\d), map (\d+), row (\d+), column (\d+) is (−?[\d.]+)", self.sentence(), re.I)
        if match:
            layer, (channel, row, column) = match[1].lower(), map(int, match.group(2, 3, 4))
            assert abs(number(match[5]) - activations[layer][0, row, column, channel]) < 0.0051

    def activations(self):
        return activations(self.state, self.strokes)

    def sheet(self):
        return self.el.get_by_role("application", name="Sheet of 32 by 32")

    def classes(self):
        return self.el.get_by_role("list", name="Probability of each class").get_by_role("listitem")

    def mouse(self):
        share = percent(self.activations()["dense2"][0, 3])
        self.classes().nth(3).hover()
        self.settle()
        assert re.search(f"Class 3 has the score .* which gives {share}", self.sentence().replace("\u00a0", ""))
        ends, box = [spot_in(self.sheet(), 0.7, down) for down in (0.2, 0.7)], self.sheet().bounding_box()
        for end, button in zip(ends, (self.page.mouse.down, self.page.mouse.up), strict=True):
            self.page.mouse.move(box["x"] + end["x"], box["y"] + end["y"])
            button()
        self.settle()
        self.strokes = [[(32 * end["x"] / box["width"], 32 * end["y"] / box["height"]) for end in ends]]

    def keyboard(self):
        self.tab_to(self.sheet())
        self.press("Delete", *["Home"] * 16, *["ArrowRight"] * 7, "Space", *["ArrowDown"] * 10)
        self.strokes = [[(15, 1), (15, 21)]]
        self.numbers()
        self.press("Escape")
        net = self.el.get_by_role("application", name="The network's units")
        self.tab_to(net)
        self.press("PageUp", "PageUp", "PageUp")  # from the class pointed at to the maps
        before = self.sentence()
        self.press("ArrowRight")
        assert self.sentence() != before
        self.press("PageUp")

    def touch(self):
        before = self.sentence()
        self.sheet().tap(position=spot_in(self.sheet(), 0.5, 0.5))
        self.settle()
        assert self.sentence() != before
        # A dot where the finger was; the pen's middle may be off by parts of a pixel, so the drawing is put away
        self.sheet().press("Delete")
        self.strokes = []
        self.settle()


class Playground(Reader):
    """The network that trains in the page."""

    def now(self):
        """The state as the controls show it; own points and points in a plane they cannot show."""
        chosen = {
            name: self.el.get_by_label(label, exact=True).input_value()
            for name, label in {"data": "Points", "activation": "Activation", "optimizer": "Optimizer"}.items()
        }
        slid = {
            name: float(self.el.get_by_role("slider", name=label).input_value())
            for name, label in {"noise": "Noise", "examples": "How many", "train_share": "For training"}.items()
            if self.el.get_by_role("slider", name=label).is_visible()
        }
        units = self.el.get_by_role("spinbutton", name="Units, layer").all()
        hidden = [int(one.inner_text()) for one in units if one.is_visible()]
        now = {**self.state, **chosen, **slid, "hidden": hidden}
        for name, label in {"learning_rate": "Learning rate", "batch_size": "Batch size"}.items():
            now[name] = type(self.state[name])(float(self.el.get_by_label(label, exact=True).input_value()))
        now["seed"] = int(self.el.get_by_role("spinbutton", name="Start (seed)").inner_text())
        return {**now, "examples": int(now["examples"])}

    def steps(self):
        return int(self.el.locator(".xp-player-count").inner_text().split()[0])

    def numbers(self):
        said = self.sentence()
        rows = self.el.get_by_role("row").filter(has=self.page.get_by_role("rowheader")).all()
        scores = playground.scores_of(self.now(), self.steps())
        for row, (loss, right) in zip(rows, scores, strict=True):
            cells = [cell.inner_text() for cell in row.get_by_role("cell").all() if cell.is_visible()]
            assert abs(number(cells[0].removeprefix("< ")) - loss) < 0.0011 + 0.006 * loss
            assert len(cells) == 1 or abs(number(cells[1].removesuffix("\u00a0%")) - 100 * right) < 0.051
        assert "\u2013".join(map(str, [self.inputs(), *self.now()["hidden"], 1])) in said

    def inputs(self):
        return 1 if self.now()["data"] == "curve" else 2

    def unit(self, name):
        return self.el.get_by_role("radiogroup", name="Unit shown").get_by_role("radio", name=name)

    def mouse(self):
        before = self.steps()
        self.el.get_by_role("button", name="Step", exact=True).click()
        self.settle()
        assert self.steps() == before + 1
        self.unit("the input").first.click()
        self.settle()
        assert self.el.get_by_text("as it comes").is_visible()

    def keyboard(self):
        layers = self.el.get_by_role("spinbutton", name="Hidden layers")
        self.tab_to(layers)
        self.press("Home", "ArrowUp")
        self.numbers()
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True))
        self.press("Enter", "Enter")
        assert self.steps() == 2
        self.tab_to(self.el.get_by_role("radiogroup", name="Unit shown"))
        self.press("End", "ArrowLeft")
        assert self.unit("of layer 1").and_(self.el.locator("[aria-checked=true]")).count() == 1

    def touch(self):
        before = self.steps()
        self.el.get_by_role("button", name="Step", exact=True).tap()
        self.settle()
        assert self.steps() == before + 1
        self.unit("the output").tap()
        self.settle()
        assert self.el.get_by_text(re.compile("^The output = ")).is_visible()


class Paths(Reader):
    """The optimizer paths."""

    def numbers(self):
        """The losses of the table are those of dnnlib's optimizers from the start and with the settings shown."""
        now = {**self.state, "start": self.start(), "momentum": self.slider("Momentum")}
        rate, steps = self.slider("Learning rate"), int(self.slider("Step budget"))
        assert not now["noise"] and now["stop"] == "steps"  # NumPy draws other noise
        loss, compared = paths.losses_of(now), 0
        for row in self.el.get_by_role("row").filter(has=self.page.get_by_role("checkbox", checked=True)).all():
            name = row.get_by_role("checkbox").evaluate("box => box.closest('label').textContent").lower()
            factor = float(row.get_by_role("combobox").evaluate("list => list.value"))
            cells = row.get_by_role("cell").all_inner_texts()
            taken = int(re.search(r"step (\d+)", cells[-1])[1])
            assert taken <= steps
            shown = power(cells[1].split("\n")[-1])
            rated = {**now, "learning_rate": rate * factor}
            expected, twin = (
                loss(*[np.array(now["start"]), *paths.walk(rated, name, taken, shaken)][-1]) for shaken in (0, 1e-12)
            )
            if np.isclose(expected, twin, rtol=1e-6):  # else rounding decides where the steps lead
                np.testing.assert_allclose(shown, expected, rtol=0.006, atol=1e-9, err_msg=name)
                compared += 1
        assert compared

    def slider(self, name):
        """The number beside a slider."""
        return number(self.el.locator("label").filter(has_text=name).locator("output").inner_text())

    def map(self):
        return self.el.get_by_role("slider", name="Start:")

    def start(self):
        return found(r"start at \((\S+), (\S+)\)", self.map().get_attribute("aria-valuetext"))

    def go(self, act):
        """Does what moves the start, and waits until it has moved."""
        before = self.map().get_attribute("aria-valuetext")
        act()
        self.page.wait_for_function(
            "([map, before]) => map.getAttribute('aria-valuetext') !== before",
            arg=[self.map().element_handle(), before],
        )

    def mouse(self):
        self.go(lambda: self.map().click(position=spot_in(self.map(), 0.7, 0.3)))

    def keyboard(self):
        self.tab_to(self.map(), "Shift+Tab")
        self.go(lambda: self.press("ArrowDown"))
        self.numbers()
        self.go(lambda: self.press("Shift+ArrowLeft"))
        self.numbers()
        self.tab_to(self.el.get_by_role("button", name="Reset"))
        self.press("Enter")
        self.page.wait_for_function(
            "e => e.querySelector('.xp-status').textContent.startsWith('At the start')", arg=self.el.element_handle()
        )
        self.press("Shift+Tab", "Enter")  # one step

    def touch(self):
        self.go(lambda: self.map().tap(position=spot_in(self.map(), 0.6, 0.4)))


def power(text):
    """Reads a number that may be written with a power of ten."""
    front, _, exponent = text.partition("10")
    if not re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]", text):
        return number(text)
    digits = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return number(front.rstrip("·") or "1") * 10.0 ** int(digits)


class Threshold(Reader):
    """The threshold explorer."""

    def hand(self):
        return self.el.get_by_role("slider", name="Threshold", exact=True)

    def now(self):
        return float(self.hand().get_attribute("aria-valuenow"))

    def numbers(self):
        """All that the tables say, from the counts of the confusion matrix; the counts, from the examples."""
        counts = self.el.get_by_role("table", name="Confusion matrix").locator("td b").all_inner_texts()
        tp, fn, fp, tn = map(number, counts)
        sample = detector.sample_in_python(self.state)
        truth, scores, weights = detector.arrays(sample)
        says = scores >= self.now()
        expected = [weights[(truth == side) & (says == answer)].sum() for side in (1, 0) for answer in (True, False)]
        np.testing.assert_allclose([tp, fn, fp, tn], expected, atol=0.501)
        tp, fn, fp, tn = expected
        total = sum(expected)
        shares = {
            "recall": tp / (tp + fn),
            "specificity": tn / (tn + fp),
            "false-positive rate": fp / (tn + fp),
            "precision": tp / (tp + fp) if tp + fp else None,
            "accuracy": (tp + tn) / total,
            "always the larger class": max(tp + fn, tn + fp) / total,
        }
        for name, share in shares.items():
            row = self.el.get_by_role("row", name=re.compile(f"^{name}"))
            text = row.get_by_role("cell").first.inner_text().replace("\u00a0", " ")
            if share is None:
                assert text == "not defined"
            else:
                assert abs(number(text.removesuffix(" %")) - 100 * share) < 0.051

    def mouse(self):
        self.hand().click(position=spot_in(self.hand(), 0.7, 0.4))
        self.settle()
        before = self.now()
        self.hand().click(position=spot_in(self.hand(), 0.4, 0.4))
        self.settle()
        assert self.now() < before

    def keyboard(self):
        before = self.now()
        self.tab_to(self.hand())
        self.press("ArrowLeft", "ArrowLeft", "ArrowRight")
        assert abs(self.now() - before + 0.05) < 0.006
        self.numbers()
        self.press("End")
        assert "precision is not defined" in self.sentence()
        self.numbers()
        self.press("Home", "PageUp")

    def touch(self):
        self.hand().tap(position=spot_in(self.hand(), 0.3, 0.4))
        self.settle()
        before = self.now()
        self.hand().tap(position=spot_in(self.hand(), 0.6, 0.4))
        self.settle()
        assert self.now() > before


class Life(Reader):
    """The life of a unit."""

    def now(self):
        """The state as the controls show it; a leak is read off the sentence."""
        chosen = {
            name: self.el.get_by_label(label, exact=True).input_value()
            for name, label in {"data": "Points", "activation": "Activation"}.items()
        }
        rate = float(self.el.get_by_label("Learning rate", exact=True).input_value())
        slope = float(self.el.get_by_label("Leak\u2019s slope", exact=True).input_value())
        counts = {name: int(self.el.get_by_role("spinbutton", name=label).inner_text())
                  for name, label in {"hidden": "Units", "seed": "Start (seed)"}.items()}  # fmt: skip
        units = self.units().evaluate_all("all => all.map((e) => e.ariaChecked)")
        leak = re.search(r"from step (\d+) on", self.sentence())
        return {**self.state, **chosen, **counts, "learning_rate": rate, "slope": slope, "steps": self.steps(),
                "unit": units.index("true"), "leak_from": int(leak[1]) if leak else None}  # fmt: skip

    def units(self):
        return self.el.get_by_role("radiogroup", name="Unit shown").get_by_role("radio")

    def steps(self):
        return int(self.el.locator(".xp-player-count").inner_text().split()[0])

    def numbers(self):
        now = self.now()
        life = unit_life.lived(now)
        rows = self.el.get_by_role("table", name="Incoming weights").locator("tbody tr").all()
        shown = [[power(text) for text in row.locator("td").all_inner_texts()] for row in rows]
        weights, gradient = (unit_life.incoming(life[name], now["unit"]) for name in ("weights", "grads"))
        expected = np.transpose([weights, gradient, -now["learning_rate"] * gradient])
        np.testing.assert_allclose(shown, expected, rtol=0.006, atol=1e-9)
        dead = [death is not None and not life["leaks"] for death in life["deaths"]]
        [told] = found(r"(\d+) of \d+ units? (?:is|are) dead", self.sentence())
        assert told == sum(dead)
        for text, lies, share in zip(self.units().all_inner_texts(), dead, life["shares"][-1], strict=True):
            assert "died" in text if lies else f"{share}\u00a0%" in text

    def choose(self, act):
        """Does what chooses another unit, and waits until that one is shown."""
        before = self.now()["unit"]
        act()
        self.settle()
        assert self.now()["unit"] != before

    def mouse(self):
        before = self.steps()
        self.el.get_by_role("button", name="Step", exact=True).click()
        self.settle()
        assert self.steps() == before + 1
        other = self.units().and_(self.el.locator("[aria-checked=false]")).first
        self.choose(other.click)

    def keyboard(self):
        self.tab_to(self.el.get_by_role("button", name="Train until one dies"), "Shift+Tab")
        self.press("Enter")
        self.numbers()
        self.tab_to(self.units().and_(self.el.locator("[aria-checked=true]")))
        self.press("Home")
        self.choose(lambda: self.press("End"))

    def touch(self):
        before = self.steps()
        self.el.get_by_role("button", name="Step", exact=True).tap()
        self.settle()
        assert self.steps() == before + 1
        self.choose(self.units().and_(self.el.locator("[aria-checked=false]")).last.tap)


class Scores(Reader):
    """Two hands on the logits."""

    def slider(self, name):
        return self.el.get_by_role("slider", name=name)

    def now(self):
        """The settings, off the page."""
        shown = self.el.get_by_role("group", name="Scores z").locator("output:visible").all_inner_texts()
        classes = self.el.get_by_role("group", name="True class").locator("label:visible")
        chosen = classes.evaluate_all("all => all.findIndex((one) => one.querySelector('input').checked)")
        losses = self.el.get_by_label("Loss").evaluate_all("all => all.map((one) => one.selectedOptions[0].text)")
        amounts = self.el.locator("label").filter(has_text=re.compile("Add to all|Temperature")).locator("output")
        shift, temperature = map(number, amounts.all_inner_texts())
        state = {"scores": [*map(number, shown)], "label": chosen, "shift": shift, "temperature": temperature}
        return state, [loss.removesuffix(" ✓") for loss in losses]

    def numbers(self):
        """Every probability and gradient is that of dnnlib's layers and losses."""
        state, losses = self.now()
        for hand, loss in zip(("softmax", "sigmoid"), losses, strict=True):
            p, _, gradient = logits.by_dnnlib(state, hand, loss)
            shown = [self.texts(f"{name} by {hand}") for name in ("Probabilities", "Gradients")]
            for text, value in zip(shown[0], p, strict=True):
                if text.startswith("<"):
                    assert value < 1e-5
                else:
                    assert abs(number(text.removesuffix("\u00a0%")) - 100 * value) < 0.051
            mixed = (hand, loss) in (("softmax", "binary cross-entropy"), ("sigmoid", "categorical cross-entropy"))
            if not mixed or 1e-6 < p.min() <= p.max() < 1 - 1e-6:  # beyond, dnnlib clips as Keras does
                for text, value in zip(shown[1], gradient, strict=True):
                    np.testing.assert_allclose(power(text), value, rtol=0.006, atol=1e-6)

    def texts(self, name):
        return self.el.get_by_role("list", name=name).locator("b").all_inner_texts()

    def mouse(self):
        before = self.texts("Probabilities by softmax")
        self.slider("dog").click(position=spot_in(self.slider("dog"), 0.9, 0.5))
        self.settle()
        assert self.texts("Probabilities by softmax") != before
        self.el.get_by_label("Loss").first.select_option("squared error")

    def keyboard(self):
        before = self.texts("Probabilities by sigmoid")
        self.tab_to(self.slider("fox"))
        self.press(*["ArrowRight"] * 5)
        after = self.texts("Probabilities by sigmoid")
        assert [one == other for one, other in zip(before, after, strict=True)][:3] == [True, True, False]
        self.numbers()
        self.tab_to(self.el.get_by_label("Loss").first)
        self.press("ArrowDown")

    def touch(self):
        before = self.texts("Probabilities by softmax")
        self.slider("fox").tap(position=spot_in(self.slider("fox"), 0.3, 0.5))
        self.settle()
        assert self.texts("Probabilities by softmax") != before


class UnderPressure(Reader):
    """A small network under pressure."""

    def now(self):
        """The state as the controls show it."""
        chosen = {
            "data": self.el.get_by_label("Points", exact=True).input_value(),
            "l1": float(self.el.get_by_label("for sizes").input_value()),
            "l2": float(self.el.get_by_label("for squares").input_value()),
        }
        sliders = {"examples": "Training points", "noise": "Wrong labels", "hidden": "Units"}
        slid = {name: self.el.get_by_role("slider", name=label).input_value() for name, label in sliders.items()}
        seed = int(self.el.get_by_role("spinbutton", name="Seed").inner_text())
        proximal = self.el.get_by_role("radio", name="soft threshold", checked=True).count() > 0
        return {**self.state, **chosen, "examples": int(slid["examples"]), "hidden": int(slid["hidden"]), "seed": seed,
                "noise": float(slid["noise"]), "proximal": proximal, "steps": self.steps()}  # fmt: skip

    def steps(self):
        return int(self.el.locator(".xp-player-count").inner_text().split()[0])

    def numbers(self):
        now = self.now()
        expected, model = pressure.curves(now)
        best = pressure.early(expected[1, :, 0])["best"]
        rows = self.el.get_by_role("table", name="Loss and share right").locator("tbody tr").all()
        cells = [row.locator("td").all_inner_texts() for row in rows]
        shown = [[number(text.removeprefix("< ").removesuffix("\u00a0%")) for text in row] for row in cells]
        expected = np.hstack([expected[:, now["steps"]], expected[:, best]]) * [1, 100, 1, 100]
        np.testing.assert_allclose(shown, expected, rtol=0.006, atol=0.06)
        counts = pressure.counts(model)
        told = found(
            r"(\d+) weights, (\d+) smaller than 0.001, (\d+) exactly 0",
            self.el.get_by_text("exactly 0.").first.inner_text(),
        )
        assert told == [counts[name] for name in ("all", "small", "zero")]

    def mouse(self):
        before = self.steps()
        self.el.get_by_role("button", name="Step", exact=True).click()
        self.settle()
        assert self.steps() == before + 1

    def keyboard(self):
        self.tab_to(self.el.get_by_role("slider", name="Units"))
        self.press("Home", "ArrowRight", "ArrowRight")
        self.numbers()
        self.tab_to(self.el.get_by_label("for squares"))
        self.press("ArrowDown")
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True))
        self.press("Enter", "Enter")
        assert self.steps() == 2

    def touch(self):
        before = self.steps()
        self.el.get_by_role("button", name="Step", exact=True).tap()
        self.settle()
        assert self.steps() == before + 1


class Fifty(Reader):
    """Fifty layers."""

    def amount(self, name):
        """The number beside a slider."""
        return number(self.el.locator("label").filter(has_text=name).locator("output").inner_text())

    def now(self):
        """The state as the controls show it."""
        places = {
            name: self.el.get_by_label(label, exact=True).evaluate("list => list.selectedIndex")
            for name, label in {"scheme": "Weights", "activation": "Activation"}.items()
        }
        chosen = {"scheme": fifty.SCHEMES[places["scheme"]], "activation": fifty.ACTIVATIONS[places["activation"]]}
        labels = {"gain": "Gain", "width": "Units a layer", "depth": "Layers"}
        slid = {name: self.amount(re.compile(f"^{label} ")) for name, label in labels.items()}
        ratio = int(self.el.get_by_role("group", name="Every second layer").locator("input:checked").input_value())
        return {
            **self.state,
            **chosen,
            **slid,
            "ratio": ratio,
            "width": int(slid["width"]),
            "depth": int(slid["depth"]),
        }

    def numbers(self):
        """What is predicted is NumPy's, and what is measured lies in its range of sizes."""
        self.page.wait_for_function(
            "e => !e.querySelector('.xp-status').textContent.startsWith('Predicted')",
            arg=self.el.element_handle(),
            timeout=MEASURED,
        )
        expected = fifty.prediction(self.now())
        ends = expected[0][-1], expected[1][0]
        told = re.findall(r"to ([^ ]+) \(predicted ([^ ]+)\)", self.sentence())
        assert len(told) == 2
        for (shown, said), value in zip(told, ends, strict=True):
            # The gain is shown with three decimals, and fifty layers raise it to the fiftieth power
            np.testing.assert_allclose(power(said), value, rtol=0.03)
            assert abs(np.log10(power(shown) / value)) < 3

    def shown(self):
        [layer] = found(r"^Layer (\d+), ", self.el.locator(".fl-details > p").inner_text())
        return layer

    def mouse(self):
        before = self.sentence()
        self.el.get_by_role("button", name="Draw again").click()
        self.page.wait_for_function(
            "([e, before]) => !['Predicted', before].some((text) => "
            "e.querySelector('.xp-status').textContent.startsWith(text))",
            arg=[self.el.element_handle(), before],
            timeout=MEASURED,
        )

    def keyboard(self):
        self.tab_to(self.el.get_by_role("slider", name="Gain"))
        self.press("ArrowLeft")
        self.numbers()
        self.tab_to(self.el.get_by_role("slider", name="Layer shown"))
        self.press("Home")
        assert self.shown() == 1

    def touch(self):
        choice = self.el.get_by_role("group", name="Every second layer")
        choice.locator("label", has_text="half").tap()
        self.numbers()
        assert "ratio" in self.now() and self.now()["ratio"] == 2


class Masks(Reader):
    """All masks at once."""

    def now(self):
        """The state as the controls show it."""
        layers = [int(self.el.get_by_role("spinbutton", name=f"Layer {n}").inner_text()) for n in (1, 2)]
        rate = self.el.locator("label").filter(has_text="Rate").locator("output").inner_text()
        place = self.pad().get_attribute("aria-valuetext")
        gone = self.units().evaluate_all("all => all.map((e) => e.ariaPressed === 'true')")
        return {
            **self.state,
            "hidden": [units for units in layers if units],
            "activation": self.el.get_by_label("Activation", exact=True).input_value(),
            "output": "softmax" if self.el.get_by_label("softmax", exact=True).is_checked() else "number",
            "rate": number(rate),
            "scale": self.el.get_by_label("scale by").is_checked(),
            "input": found(r"x1 (\S+), x2 (\S+)", place),
            "kept": [not one for one in gone],
        }

    def pad(self):
        return self.el.get_by_role("slider", name="Input")

    def units(self):
        return self.el.get_by_role("group", name="Hidden units").get_by_role("button")

    def numbers(self):
        """Means, network in use and this subnetwork are those of an enumeration in NumPy."""
        now = self.now()
        everything = dropout.enumerated(now)
        gain = 1 / (1 - now["rate"]) if now["scale"] else 1
        expected = {
            "mean of all masks": everything["mean"],
            "geometric mean, normalised": everything["geometric"],
            "network in use": everything["inUse"],
            "gap to the mean": everything["inUse"] - everything["mean"],
            "spread of the masks": everything["spread"],
            "this subnetwork": dropout.answer(now, now["kept"], gain),
        }
        for name, values in expected.items():
            if values is not None:
                cells = self.el.get_by_role("row", name=name).get_by_role("cell").all_inner_texts()
                np.testing.assert_allclose([power(text) for text in cells], values, rtol=0.006, atol=1e-9, err_msg=name)

    def mouse(self):
        self.pad().click(position=spot_in(self.pad(), 0.4, 0.2))
        self.settle()
        self.numbers()
        self.units().last.click()
        self.settle()
        assert not self.now()["kept"][-1]

    def keyboard(self):
        self.tab_to(self.units().first, "Shift+Tab")
        kept = self.now()["kept"][0]
        self.press("Space")
        assert self.now()["kept"][0] != kept
        self.numbers()
        before = self.now()["input"]
        self.tab_to(self.pad())
        self.press("ArrowDown", "Shift+ArrowRight")
        assert self.now()["input"] != before

    def touch(self):
        self.units().first.tap()
        self.settle()
        assert not self.now()["kept"][0]


class Keeper(Reader):
    """Which change keeps the label?"""

    def now(self):
        """The class and number of the picture, and the amounts that the sliders and switches show."""
        label = self.el.get_by_label("Picture of", exact=True).input_value()
        amounts = {}
        for change, name in self.names().items():
            control = self.el.get_by_label(name, exact=False).first
            amounts[change] = float(control.is_checked()) if change.startswith("flip") else float(control.input_value())
        return label, int(self.el.locator(".lk-which").inner_text().split()[0]) - 1, amounts

    def names(self):
        rows = self.el.get_by_role("table", name="How far each change").get_by_role("rowheader").all_inner_texts()
        return dict(zip(keeper.CHANGES, rows, strict=True))

    def slider(self, change):
        return self.el.get_by_role("slider", name=self.names()[change])

    def settle(self):
        super().settle()
        self.page.wait_for_function("e => !e.querySelector('[aria-busy=true]')", arg=self.el.element_handle())

    def numbers(self):
        """Both networks' probabilities are dnnlib's, of the picture as SciPy changes it."""
        label, number_, amounts = self.now()
        rows = self.el.get_by_role("table", name="Probability of each class").get_by_role("row").all()[1:]
        shown = np.array(
            [[number(text.rstrip("\u00a0%")) for text in row.get_by_role("cell").all_inner_texts()] for row in rows]
        )
        for way, shares in zip(keeper.WAYS, shown.T, strict=True):
            expected = keeper.shares(label, number_, amounts, way)
            np.testing.assert_allclose(shares, 100 * expected, atol=0.51)
        name = keeper.CLASSES[keeper.kind_of(label)][int(shown[:, 0].argmax())]
        assert f"the network without augmentation says {name}" in self.sentence()

    def mouse(self):
        before = self.sentence()
        self.slider("contrast").click(position=spot_in(self.slider("contrast"), 0.3, 0.5))
        self.settle()
        assert "contrast" in self.sentence() and self.sentence() != before
        self.el.get_by_role("button", name="A person keeps the label up to here").click()
        self.settle()
        assert "By your mark a person keeps the label here." in self.sentence()

    def keyboard(self):
        self.tab_to(self.slider("rotation"))
        before = self.now()[2]["rotation"]
        self.press("ArrowRight" if before < 180 else "ArrowLeft")
        assert abs(self.now()[2]["rotation"] - before) == 5
        self.numbers()
        self.tab_to(self.slider("noise"))
        self.press("ArrowRight", "ArrowRight")
        self.numbers()
        pick = self.el.get_by_role("button", name=self.names()["scale"])
        self.tab_to(pick)
        self.press("Enter")
        assert pick.get_attribute("aria-pressed") == "true"

    def touch(self):
        before = self.sentence()
        self.el.get_by_role("button", name="Next picture").tap()
        self.settle()
        self.slider("brightness").tap(position=spot_in(self.slider("brightness"), 0.35, 0.5))
        self.settle()
        assert self.sentence() != before


class Neighbours(Reader):
    """Your neighbours change your answer."""

    def column(self, table, place):
        rows = self.el.get_by_role("table", name=table).locator("tbody tr").all()
        return [number(row.get_by_role("cell").nth(place).inner_text().removesuffix("\u00a0%")) for row in rows]

    def amount(self, name):
        """The number beside a slider."""
        return number(self.el.locator("label").filter(has_text=name).locator("output").inner_text())

    def now(self):
        """The state as the controls show it, and the mean and variance by which the page says that it normalises."""
        training = self.el.get_by_role("radio", name="training", exact=True).is_checked()
        chosen = {
            "epsilon": float(self.el.get_by_label("epsilon", exact=True).input_value()),
            "upstream": self.el.get_by_label("The loss pushes").input_value(),
        }
        handles = self.el.locator(".bn-handle").all()
        state = {
            **self.state,
            **chosen,
            "batch": [float(one.get_attribute("aria-valuenow")) for one in handles],
            "training": training,
            "gamma": self.amount("gamma"),
            "beta": self.amount("beta"),
        }
        return state, found(r"mean (\S+), variance ([^ ]+)\. ", self.sentence())

    def numbers(self):
        """Outputs and gradients are those of dnnlib's layer; in use, with the moving averages that the page says."""
        state, (mean, variance) = self.now()
        if state["training"]:
            expected = neighbours.by_dnnlib(state, [])
        else:  # a batch of two examples, one deviation to either side, moves the averages there at once
            ends = [mean - variance**0.5, mean + variance**0.5]
            expected = neighbours.by_dnnlib({**state, "momentum": 0.0}, [ends])
        tables = {"From the input": {"hat": 1, "y": 2}, "The gradient": {"grad": 0, "dx": 3}}
        for table, columns in tables.items():
            for name, place in columns.items():
                shown = self.column(re.compile(f"^{table}"), place)
                # Mean and variance are shown with two decimals
                np.testing.assert_allclose(shown, expected[name], rtol=0.02, atol=0.0251, err_msg=name)

    def last(self):
        return self.el.locator(".bn-handle").last

    def place(self):
        return float(self.last().get_attribute("aria-valuenow"))

    def mouse(self):
        self.last().hover()  # waits until the page has stopped moving, as a hand does
        before, box = self.place(), self.last().bounding_box()
        by = -60 if before > 0 else 60
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 13 + by, box["y"] + 13, steps=2)
        self.page.mouse.up()
        self.settle()
        assert (self.place() - before) * by > 0

    def keyboard(self):
        before = self.place()
        self.tab_to(self.last())
        key, by = ("PageUp", 1) if before < 7 else ("PageDown", -1)
        self.press(key)
        assert abs(self.place() - before - by) < 0.06
        self.numbers()
        self.tab_to(self.el.get_by_role("group", name="Mode"), "Shift+Tab")
        self.press("ArrowRight")
        self.numbers()
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True))
        self.press("Enter", "Enter")

    def touch(self):
        steps = self.el.locator(".xp-player-count")
        before = int(steps.inner_text().split()[0])
        self.el.get_by_role("button", name="Step", exact=True).tap()
        self.settle()
        assert int(steps.inner_text().split()[0]) == before + 1


class ThroughTime(Reader):
    """Gradient through time."""

    def amount(self, label):
        """The number beside a slider, without its unit."""
        shown = self.el.locator("label").filter(has_text=re.compile(f"^{label} ")).locator("output").inner_text()
        return number(shown.removesuffix("°"))

    def chosen(self, name):
        return self.el.get_by_role("group", name=name, exact=True).locator("input:checked").input_value()

    def now(self):
        """The state as the controls show it."""
        real = self.chosen("Eigenvalues") == "real"
        first = self.amount("First eigenvalue") if real else self.amount("Modulus")
        return {
            **self.state,
            "eigenvalues": self.chosen("Eigenvalues"),
            "activation": self.chosen("Activation"),
            "modulus": abs(first),
            "angle": (180 if first < 0 else 0) if real else int(self.amount("Angle")),
            "second": self.amount("Second eigenvalue") if real else self.state["second"],
            "shear": self.amount("Shear"),
            "length": int(self.amount("Steps")),
            "window": int(self.amount("Window, last steps")),
            "inputs": self.amount("Size of inputs"),
        }

    def numbers(self):
        """The sentence says what NumPy finds by complex steps."""
        expected = through_time.measured(self.now())
        told = re.search(r"from 1 to ([^ ,]+).*\(predicted ([^)]+)\)", self.sentence())
        for shown, values in zip(told.groups(), (expected["norms"], expected["predicted"]), strict=True):
            np.testing.assert_allclose(power(shown), values[0], rtol=0.006)
        if "cuts off less" not in self.sentence() and "points" in self.sentence():
            cut, angle = found(r"(−?[\d.]+)\s%.* points ([\d.]+)°", self.sentence())
            assert abs(cut - 100 * expected["cut"]) < 0.051 and abs(angle - expected["angle"]) < 0.051

    def plane(self):
        return self.el.get_by_role("slider", name="Eigenvalue:")

    def mouse(self):
        self.plane().click(position=spot_in(self.plane(), 0.55, 0.4))
        self.settle()
        before = self.now()["modulus"]
        self.plane().click(position=spot_in(self.plane(), 0.75, 0.25))
        self.settle()
        assert self.now()["modulus"] != before
        self.numbers()

    def keyboard(self):
        before = self.now()
        self.tab_to(self.plane())
        self.press("ArrowDown", "ArrowDown")
        after = self.now()
        if before["eigenvalues"] == "pair":
            np.testing.assert_allclose(after["modulus"], max(0, before["modulus"] - 0.02), atol=1e-9)
        self.numbers()
        self.tab_to(self.el.get_by_role("slider", name="Window"))
        self.press("Home")
        assert self.now()["window"] == 1
        self.numbers()

    def touch(self):
        group = self.el.get_by_role("group", name="Activation", exact=True)
        group.locator("label", has_text="tanh").tap()
        self.settle()
        assert self.now()["activation"] == "tanh"
        self.numbers()


class Gates(Reader):
    """A cell with its gates in your hand."""

    def rows(self):
        return self.el.locator(".gc-sheet [role=row]:visible:has(.gc-word)").all()

    def labels(self, kind):
        """The names of the cells of a kind, row by row."""
        read = "(row, kind) => [...row.querySelectorAll(kind)].map((cell) => cell.ariaLabel)"
        return [row.evaluate(read, f".gc-{kind}") for row in self.rows()]

    def now(self):
        """The state as the sheet shows it: for each unit in turn, its gates that are held, and all of its values."""
        cell = self.el.get_by_role("group", name="Network").locator("input:checked").input_value()
        holds, gates = [], []
        for k in range(gated.UNITS):
            self.el.get_by_role("button", name=f"unit {k + 1}", exact=True).click()
            self.settle()
            gates.append(self.labels("gate"))
            for t, row in enumerate(gates[-1]):
                for gate, label in zip(gated.CELLS[cell], row, strict=True):
                    holds += [f"{gate}{k}@{t}={held[1]}"] if (held := re.search(r"held \w+, ([01])", label)) else []
        words = [row.locator(".gc-word").inner_text() for row in self.rows()]
        return {"sentence": " ".join(words), "cell": cell, "holds": holds}, gates

    def numbers(self):
        """Memory, gates and answers are those of NumPy."""
        state, gates = self.now()
        expected = gated.by_hand(state)
        for t, (step, row) in enumerate(zip(expected, self.labels("memory"), strict=True)):
            np.testing.assert_allclose([number(label.split(": ")[1]) for label in row], step["memory"], atol=0.0501)
            for k in range(gated.UNITS):
                for gate, label in zip(gated.CELLS[state["cell"]], gates[k][t], strict=True):
                    shown = number(re.search(r"\S+$", label)[0])  # the computed one of a gate that is held
                    assert abs(shown - step["free"][gate][k]) < 0.0051
        verb, sure = re.search(r"gives? \u201c(is|are)\u201d (\S+)\u00a0%", self.sentence()).groups()
        answer = gated.held_answer(state)
        assert verb == ("are" if answer > 50 else "is") and abs(float(sure) - max(answer, 100 - answer)) < 0.0501

    def gate(self, row):
        return self.rows()[row].locator(".gc-gate").first

    def mouse(self):
        before = self.gate(1).get_attribute("aria-label")
        self.gate(1).click()
        self.settle()
        assert self.gate(1).get_attribute("aria-label") != before
        assert re.search("At word 2,", self.sentence())

    def keyboard(self):
        field = self.el.get_by_label("Your sentence")
        self.tab_to(field)
        self.press("Control+a")
        self.type("the girls near the doctor")
        self.press("Enter")
        self.tab_to(self.el.get_by_role("grid"))
        self.press("Home", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight")
        assert re.search("At word 3, .near.*unit 2", self.sentence())
        self.press("ArrowRight", "ArrowRight", "ArrowRight", "s")
        assert "of unit 4: held shut" in self.gate(2).get_attribute("aria-label")

    def touch(self):
        self.gate(2).tap()
        self.settle()
        assert re.search("At word 3,", self.sentence())


class Accuser(Reader):
    """Find the faulty node."""

    def nodes(self):
        """By node what its box says: its value, the slope that is claimed and what stands below it, or None."""
        boxes = self.el.locator(".fn-node:visible").all()
        texts = [box.text_content().translate(str.maketrans("\u2080\u2081\u2082\u2212", "012-")) for box in boxes]
        pattern = r"(\w+?)(?: = .*?|, input)(?:, the faulty node)?→, value (\S+?)←, claimed slope (-?[\d.]+)(.*)"
        found = [re.fullmatch(pattern, text).groups() for text in texts]
        below = [re.search(r"-?[\d.]+$", more) for *_, more in found]
        return {
            name: (float(value), float(slope), below and float(below[0]))
            for (name, value, slope, _), below in zip(found, below, strict=True)
        }

    def numbers(self):
        graph = self.el.get_by_label("Graph", exact=True).input_value()
        nudge = float(self.el.get_by_label("Size of a nudge").input_value())
        nodes = self.nodes()
        inputs = [nodes[name][0] for name in faulty.GRAPHS[graph][0].split()]
        values, slopes = faulty.forward(graph, inputs), faulty.slopes_of(graph, inputs)
        right = self.el.get_by_role("radio", name="all are right").is_checked()
        for name, (value, slope, below) in nodes.items():
            assert abs(value - values[name]) < 0.00051
            if right:
                assert abs(slope - slopes[name]) < 0.00051
            if below is not None:
                low, high = (faulty.forward(graph, inputs, name, by)["L"] for by in (-nudge, nudge))
                assert abs(below - (high - low) / (2 * nudge)) < 0.00051
        assert nodes["L"][1] == 1

    def box(self, place):
        return self.el.locator(".fn-node:visible").nth(place)

    def nudged(self):
        return sum(below is not None for *_, below in self.nodes().values())

    def free(self):
        """The place of a node that has not been measured."""
        return [below for *_, below in self.nodes().values()].index(None)

    def mouse(self):
        before = self.nudged()
        self.box(self.free()).click()
        self.settle()
        self.el.locator(".fn-nudges button").first.click()
        self.settle()
        assert self.nudged() == before + 1

    def keyboard(self):
        self.tab_to(self.el.get_by_role("radiogroup", name="Computation graph"))
        self.press("Home", "ArrowRight", "Enter", "ArrowRight", "Enter")
        assert (
            self.box(2).get_attribute("aria-checked") == "true" and self.nodes()[list(self.nodes())[2]][2] is not None
        )

    def touch(self):
        before, place = self.nudged(), self.free()
        self.box(place).tap()
        self.settle()
        self.el.locator(".fn-nudges button").first.tap()
        self.settle()
        assert self.nudged() == before + 1


class Remembering(Reader):
    """Who remembers."""

    def words(self):
        """The words of the sentence."""
        text = self.el.get_by_role("group", name="The sentence").inner_text()
        return text.removesuffix("is or are?").split()

    def trained(self):
        chosen = "group => group.querySelector('input:checked').closest('label').textContent"
        return self.el.get_by_role("group", name="The networks").evaluate(chosen) == "after training"

    def numbers(self):
        """The sentence and the table are those of dnnlib's networks."""
        words = [remembers.VOCABULARY.index(word) for word in self.words()]
        bias = self.el.locator("label").filter(has_text="Forget bias of the LSTM").locator("output").text_content()
        seed = self.state["seed"] + self.drawn
        state = {**self.state, "trained": self.trained(), "forget_bias": number(bias), "seed": seed}
        left = re.search("simple RNN ([^ ,]+), GRU ([^ ,]+), LSTM ([^ ,]+)\\.", self.sentence()).groups()
        rows = self.el.get_by_role("table", name="Answers").locator("tbody tr")
        for place, cell in enumerate(remembers.LAYERS):
            expected = remembers.reading(cell, words, remembers.weights_of(cell, state))
            np.testing.assert_allclose(power(left[place]), expected["memory"][1], rtol=0.006)
            cells = rows.nth(place).get_by_role("cell").all_inner_texts()
            for text, value in zip(cells, (expected["are"], expected["subject"], expected["last"]), strict=False):
                assert abs(number(re.search("[\\d.]+", text)[0]) - 100 * value) < 0.101

    drawn = 0  # how often a new sentence and new first weights were drawn

    def mouse(self):
        before = self.words()
        self.el.locator(".wr-sentence button").first.click()
        self.settle()
        assert self.words()[1] != before[1] and self.words()[2:] == before[2:]
        self.numbers()
        self.el.get_by_role("button", name="Draw again").click()
        self.drawn += 1
        self.settle()
        assert self.words() != before

    def keyboard(self):
        before = self.words()
        self.tab_to(self.el.get_by_role("slider", name="Words in between"))
        self.press("ArrowRight" if len(before) < 32 else "ArrowLeft")
        assert abs(len(self.words()) - len(before)) == 1
        self.numbers()
        noun = self.el.locator(".wr-sentence button").last
        self.tab_to(noun)
        changed = noun.inner_text()
        self.press("Enter")
        assert self.el.locator(".wr-sentence button").last.inner_text() != changed

    def touch(self):
        name = "before training" if self.trained() else "after training"
        self.el.get_by_role("group", name="The networks").locator("label", has_text=name).tap()
        self.settle()
        assert self.trained() == (name == "after training")


class Mapper(Reader):
    """t-SNE, live."""

    def now(self):
        """The state as the page shows it."""
        factor = self.el.get_by_label("Early exaggeration").locator("option:checked").inner_text()
        start = self.el.get_by_label("Start", exact=True).locator("option:checked").inner_text()
        seed = self.el.get_by_role("spinbutton", name="Seed")
        held = re.search(r"Digit (\d+), a \d, is pulled", self.sentence())
        return {
            **self.state,
            "perplexity": float(self.el.get_by_label("Perplexity", exact=True).input_value()),
            "exaggeration": 1.0 if factor == "off" else float(factor.removeprefix("× ")),
            "init": "pca" if start == "PCA" else "random",
            "seed": int(seed.inner_text()) if seed.is_visible() else self.state["seed"],
            "steps": self.steps(),
            "held": int(held[1]) if held else None,
        }

    def steps(self):
        return int(self.el.locator(".xp-player-count").inner_text().split()[0])

    def map(self):
        return self.el.get_by_role("application", name="Map:")

    def numbers(self):
        state = self.now()
        if state["held"] is None:
            assert "No digit is held." in self.sentence()
            return
        expected = live.expected_numbers(state)
        np.testing.assert_allclose(live.numbers_of(self.sentence()), expected, rtol=0.006, atol=0.0501)
        cells = self.el.get_by_role("table", name="Forces on").locator("tr td:last-child").all_inner_texts()
        np.testing.assert_allclose([power(text) for text in cells], live.told(state)[:3], rtol=0.006, atol=1e-9)

    def take_a_step(self, act):
        before = self.steps()
        act()
        self.settle()
        assert self.steps() == before + 1

    def mouse(self):
        self.take_a_step(self.el.get_by_role("button", name="Step", exact=True).click)
        self.el.get_by_role("button", name="Hold the worst").click()
        self.settle()
        kept = live.ended(self.now())[2]
        assert self.now()["held"] == np.argsort(kept, kind="stable")[0]
        self.map().click(position=spot_in(self.map(), 0.5, 0.5))
        self.settle()

    def keyboard(self):
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True), "Shift+Tab")
        self.take_a_step(lambda: self.press("Enter"))
        self.tab_to(self.map())
        before = self.now()["held"]
        self.press("ArrowUp")
        if self.now()["held"] == before:  # the uppermost of all
            self.press("ArrowDown")
        assert self.now()["held"] not in (None, before)

    def touch(self):
        self.take_a_step(self.el.get_by_role("button", name="Step", exact=True).tap)
        self.el.get_by_role("button", name="Hold the worst").tap()
        self.settle()
        held = self.now()["held"]
        place = live.place_of(self.el, held, live.ended(self.now())[0])
        self.map().tap(position=place)
        self.settle()
        assert self.now()["held"] != held  # let go, or one that stands above it


class Turner(Reader):
    """The principal axis."""

    def now(self):
        """The state as the page shows it."""
        cloud = self.el.get_by_label("Points", exact=True).input_value()
        scale = self.el.get_by_label("Unit of the second feature").input_value()
        group = self.el.get_by_role("group", name="Squares counted from")
        chosen = group.evaluate("group => group.querySelector('input:checked').closest('label').textContent")
        angle = float(self.knob().get_attribute("aria-valuenow"))
        changed = {"angle": angle, "centred": chosen == "the mean", "scale": float(scale), "moved": self.moved}
        return {**self.state, **changed, "cloud": self.state["cloud"] if cloud == "given" else cloud}

    @property
    def moved(self):
        """Points that stand elsewhere: those of the state, and the one that keys have moved."""
        return sorted({place[0]: place for place in [*self.state["moved"], *self.by_keys]}.values())

    by_keys = ()

    def knob(self):
        return self.el.get_by_role("slider", name="Angle of the axis")

    def numbers(self):
        """The sentence says what dnnlib's PCA and Pythagoras find."""
        state = self.now()
        kept, lost = principal.kept_and_lost(principal.points_of(state), state["angle"], state["centred"])
        shown = found(r"keeps ([\d.]+) and loses ([\d.]+)", self.sentence())
        np.testing.assert_allclose(shown, [kept, lost], rtol=0, atol=0.006 * (kept + lost))
        if "This is the best axis" not in self.sentence():
            angle, share = found(r"at ([\d.]+)°, keeps ([\d.]+)", self.sentence())
            within = 0.5 if self.by_keys else 0.051  # where the point stands is told with three digits
            assert abs((angle - principal.best_angle(state) + 90) % 180 - 90) < within
            assert abs(share - principal.kept_share(state)) < within

    def mouse(self):
        plane = self.el.locator(".pa-plane")
        before = self.now()["angle"]
        self.knob().scroll_into_view_if_needed()
        self.knob().drag_to(plane, target_position=spot_in(plane, 0.03 if before < 135 else 0.97, 0.03))
        self.leave()
        self.settle()
        assert self.now()["angle"] != before
        self.numbers()
        self.el.get_by_role("button", name="Turn to the best axis").click()
        self.settle()
        self.numbers()

    def keyboard(self):
        before = self.now()["angle"]
        spot = self.el.locator(".pa-spot")
        self.tab_to(spot)
        self.press("ArrowUp", "ArrowRight")
        place = int(spot.get_attribute("aria-valuenow")) - 1
        x, y = (number(text.split()[-1]) for text in spot.get_attribute("aria-valuetext").split(", "))
        self.by_keys = [[place, x, y / self.now()["scale"]]]
        self.numbers()
        self.tab_to(self.knob())
        self.press("ArrowRight", "ArrowRight")
        np.testing.assert_allclose(self.now()["angle"], (before + 2) % 180, atol=0.006)
        self.numbers()

    def touch(self):
        group = self.el.get_by_role("group", name="Squares counted from")
        centred = self.now()["centred"]
        group.locator("label", has_text="the origin" if centred else "the mean").tap()
        self.settle()
        assert self.now()["centred"] != centred


class InParts(Reader):
    """A digit in parts."""

    def numbers(self):
        """The squared error, told twice, and the looked-at component's coordinate are those of dnnlib's PCA."""
        digit, count, error, again = found(
            r"^This (\d) from the mean and (\d+) components?: squared error ([\d.]+) pixel .* sums? to ([\d.]+)\.",
            self.sentence(),
        )
        assert digit == self.digit % 10
        state = {**self.state, "digit": self.digit, "components": int(count)}
        _, coordinates, expected = in_parts.rebuilt(state)
        np.testing.assert_allclose([error, again], [expected, expected], atol=0.00501)
        axis, z = found(r"^Component (\d+), .* coordinate (−?[\d.]+),", self.el.locator(".rd-axis").inner_text())
        assert abs(z - coordinates[int(axis) - 1]) < 0.00501

    @property
    def digit(self):
        return self.chosen if self.chosen is not None else self.state["digit"]

    chosen = None  # the digit that was chosen on the page

    def axis(self):
        return int(found(r"^Component (\d+)", self.el.locator(".rd-axis").inner_text())[0])

    def mouse(self):
        target = 12 if self.axis() != 13 else 11
        self.el.get_by_role("radiogroup", name="Components").get_by_role("radio").nth(target).click()
        self.settle()
        assert self.axis() == target + 1
        self.numbers()

    def keyboard(self):
        self.tab_to(self.el.get_by_role("slider", name="Components added"))
        self.press("ArrowLeft", "ArrowLeft")
        self.numbers()
        before = self.axis()
        self.tab_to(self.el.get_by_role("radiogroup", name="Components"))
        self.press("ArrowRight")
        assert self.axis() == before + 1

    def touch(self):
        self.chosen = 4 if self.digit != 4 else 5
        self.el.get_by_role("group", name="Digit").locator("label", has_text=str(self.chosen)).tap()
        self.settle()
        self.numbers()


class HalfSteps(Reader):
    """k-means, half a step at a time."""

    def centre(self, c):
        return self.el.get_by_role("slider", name=f"Centre {c}", exact=True)

    def now(self):
        """The state as the controls and the centres' own words show it, begun at the start."""
        self.el.get_by_role("button", name="Reset").click()
        self.settle()
        k = int(self.el.get_by_role("spinbutton", name="Centres k").get_attribute("aria-valuenow"))
        chosen = self.el.get_by_label("Start", exact=True).input_value()
        state = {
            **self.state,
            "cloud": self.el.get_by_label("Data").input_value(),
            "k": k,
            "standardise": self.el.get_by_label("standardise").is_checked(),
        }
        if chosen != "k-means++":
            state["start"] = [kmeans.place_of(self.centre(c + 1)) for c in range(k)]
        return state

    def to_rest(self):
        step = self.el.get_by_role("button", name="Step", exact=True)
        step.click()
        ended = step.evaluate("""e => {
          for (let n = 0; n < 60 && e.getAttribute("aria-disabled") !== "true"; n++) e.click();
          return e.getAttribute("aria-disabled"); }""")
        self.settle()
        assert ended == "true", "expected k-means to come to rest within 60 half steps"

    def numbers(self):
        """It comes to rest after as many steps, and at the same cost, as dnnlib's k-means from that start."""
        fit = kmeans.fitted(self.now())
        self.to_rest()
        step, cost = found(r"Step (\d+), .* rest at cost ([\d.]*\d)", self.sentence())
        assert step == fit.n_iter_ and abs(cost - fit.inertia_) < 0.06

    def mouse(self):
        self.now()
        one, plane = self.centre(1), self.el.locator(".km-plane").first
        self.el.get_by_role("button", name="Step", exact=True).click()
        plane.scroll_into_view_if_needed()
        (x, y), box = kmeans.place_of(one), plane.bounding_box()
        middle = (box["x"] + (x + 6) / 12 * box["width"], box["y"] + (6 - y) / 12 * box["height"])
        by = -50 if x > 0 else 50
        self.page.mouse.move(*middle)
        self.page.mouse.down()
        self.page.mouse.move(middle[0] + by, middle[1], steps=2)
        self.page.mouse.up()
        self.settle()
        assert abs(kmeans.place_of(one)[0] - x - 12 * by / box["width"]) < 0.1
        self.numbers()

    def keyboard(self):
        self.now()
        one = self.centre(1)
        x, _ = kmeans.place_of(one)
        self.tab_to(one)
        self.press("ArrowLeft" if x > 0 else "ArrowRight")
        assert abs(abs(kmeans.place_of(one)[0] - x) - 0.1) < 0.011
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True))
        self.press("Enter", "Enter")
        assert "Step 1, update" in self.sentence()

    def touch(self):
        chart = self.el.locator(".km-map")
        chart.tap(position=spot_in(chart, 0.25, 0.3))
        self.settle()
        assert "rest at cost" in self.sentence()
        x, y = kmeans.place_of(chart)
        assert abs(x + 3) < 0.1 and abs(y - 2.4) < 0.1


class BesidePca(Reader):
    """The linear autoencoder."""

    def steps(self):
        return int(re.search(r"\d+", self.el.locator(".xp-player-count").inner_text())[0])

    def now(self):
        """The state as the controls show it."""
        group = self.el.get_by_role("group", name="Autoencoder", exact=True)
        chosen = group.evaluate("group => group.querySelector('input:checked').value")
        count = "out => Number(out.getAttribute('aria-valuenow'))"
        return {
            **self.state,
            "cloud": self.el.get_by_label("Points", exact=True).input_value(),
            "network": chosen,
            "learning_rate": float(self.el.get_by_label("Learning rate", exact=True).input_value()),
            "units": self.el.get_by_role("spinbutton", name="Code units").evaluate(count),
            "seed": self.el.get_by_role("spinbutton", name="Start (seed)").evaluate(count),
        }

    def numbers(self):
        """The sentence is that of dnnlib's network after as many steps, and of its PCA."""
        state = self.now()
        model, losses, angles = autoencoder.trained(state, self.steps())
        left, left_fresh = autoencoder.left_by_pca(state)
        shown = found(r"distance is ([\d.]+); .* leaves? ([\d.]+), .*points: ([\d.]+), PCA ([\d.]+)\.", self.sentence())
        _, fresh = autoencoder.data_of(state["cloud"])
        expected = [losses[-1], left, autoencoder.distance(fresh, model.forward(fresh)), left_fresh]
        np.testing.assert_allclose(shown, expected, rtol=0.006)
        if angles and "less than" not in self.sentence():
            [angle] = found(r"(?:plane|line) lies ([\d.]+)° from", self.sentence())
            np.testing.assert_allclose(angle, max(angles[-1]), rtol=0.006, atol=0.001)

    def mouse(self):
        before = self.steps()
        if before:
            self.el.get_by_role("button", name="Reset").click()
        for _ in range(3):
            self.el.get_by_role("button", name="Step", exact=True).click()
            self.settle()
        assert self.steps() == 3
        self.numbers()
        shown = self.el.locator(".la-plane").get_attribute("d")
        for name in ("from the side", "from in front"):
            self.el.get_by_role("button", name=name).click()
            self.settle()
            assert self.el.locator(".la-plane").get_attribute("d") != shown
            shown = self.el.locator(".la-plane").get_attribute("d")
        assert self.steps() == 3

    def keyboard(self):
        view = self.el.get_by_role("slider", name="View:")
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True))
        before = self.steps()
        self.press("Enter")
        assert self.steps() == before + 1 or before == autoencoder.MOST_STEPS
        self.numbers()
        turned = view.get_attribute("aria-valuetext")
        self.tab_to(view)
        self.press("ArrowRight")
        assert view.get_attribute("aria-valuetext") != turned
        self.numbers()

    def touch(self):
        other = "linear" if self.now()["network"] != "linear" else "tanh"
        group = self.el.get_by_role("group", name="Autoencoder", exact=True)
        group.get_by_text(other, exact=True).tap()
        self.settle()
        assert self.steps() == 0
        self.numbers()


class Keeping(Reader):
    """The ledger."""

    def cursor(self):
        return self.el.get_by_role("slider", name="Layer read")

    def row(self):
        """The row that is read, by the names of its facts."""
        facts = self.el.locator(".lg-facts .xp-step").all_inner_texts()
        return dict(text.replace("\u200b", "").split("\n") for text in facts)

    def network(self):
        return self.el.get_by_label("Network", exact=True).input_value()

    def numbers(self):
        """The totals are the facts' where the network is the published one; a row's are Keras's ledger's."""
        if self.el.get_by_role("button", name="As published").get_attribute("aria-disabled") == "true":
            macs, parameters = found(r"pixels: ([\d.]+).G multiply.*; ([\d.]+).M parameters", self.sentence())
            expected = ledger.FACTS[self.network()]
            np.testing.assert_allclose([1e9 * macs, 1e6 * parameters], expected, rtol=0.006)
            row = self.row()
            own = {one["name"]: one for one in ledger.counted({"network": self.network()})}[row["layer"]]
            shown = [number(row[name].replace(",", "")) for name in ("parameters", "multiply-accumulates")]
            assert shown == [own["parameters"], own["macs"]]

    def mouse(self):
        self.numbers()
        self.el.get_by_role("group", name="Bars of").get_by_text("memory").click()
        self.settle()
        self.el.locator(".lg-bars[role=slider] svg").nth(1).click(position={"x": 2, "y": 8})
        self.settle()
        assert "2" in self.row()["layer"]
        size = self.el.get_by_role("slider", name="Image")
        size.fill("448" if size.input_value() != "448" else "96")
        self.settle()
        assert self.el.locator(".xp-chart-points.hollow").count() == 1

    def keyboard(self):
        self.tab_to(self.cursor())
        self.press("Home")
        first = self.row()
        self.press("ArrowRight")
        assert self.row() != first
        self.numbers()
        self.press("End")
        assert self.row()["layer"] == "predictions"
        self.tab_to(self.el.get_by_role("slider", name="Accuracy against operations"))
        self.press("Home")
        assert "multiply-accumulates" in self.el.locator(".xp-chart-reading").inner_text()

    def touch(self):
        self.el.locator(".lg-bars[role=slider] svg").nth(1).tap()
        self.settle()
        assert "2" in self.row()["layer"]
        self.el.get_by_role("group", name="Accuracy", exact=True).get_by_text("top-5").tap()
        self.settle()
        assert self.el.get_by_text("top-5 accuracy in %").first.is_visible()


class Cutting(Reader):
    """Where to cut."""

    def switch(self, name):
        return self.el.get_by_role("switch", name=f"{name} by model")

    def cut(self):
        checked = self.el.get_by_role("switch").evaluate_all("all => all.map((one) => one.ariaChecked)")
        return ["model" if one == "true" else "data" for one in checked]

    def numbers(self):
        """The step is the one of dnnlib.models.parallel, for the cut that the switches show."""
        workers = self.el.get_by_role("group", name="Workers").get_by_role("radio", checked=True)
        now = {**self.state, "cut": self.cut(), "workers": int(workers.get_attribute("value"))}
        now["batch"] = 2 ** int(self.el.get_by_role("slider", name="Batch").input_value())
        now["overlap"] = self.el.get_by_role("checkbox", name="send gradients").is_checked()
        told = found(r"takes ([\d.]+) (?:m|µ)?s,.*sends ([\d.]+) (?:G|M|k)B", self.sentence().replace("\xa0", " "))
        step = where.step_of(now)
        for value, exact in zip(told, (step.seconds, step.sent), strict=True):
            scale = 1000 ** np.round(np.log(exact / value) / np.log(1000))
            np.testing.assert_allclose(value * scale, exact, rtol=0.006)

    def mouse(self):
        self.numbers()
        before = self.cut()
        self.switch("conv3").click()
        self.settle()
        assert sum(one != other for one, other in zip(before, self.cut(), strict=True)) == 1
        self.numbers()
        batch = self.el.get_by_role("slider", name="Batch")
        batch.fill("10" if batch.input_value() != "10" else "5")
        self.settle()
        self.numbers()

    def keyboard(self):
        self.tab_to(self.el.get_by_role("group", name="Layers"))
        self.press("Home", "ArrowRight")
        assert self.cut()[0] == "model"
        self.press("ArrowLeft", "ArrowDown", "ArrowRight")
        assert self.cut()[:2] == ["data", "model"]
        self.numbers()

    def touch(self):
        before = self.cut()
        self.switch("fc7").tap()
        self.settle()
        assert self.cut() != before


class Budget(Reader):
    """The module on a budget."""

    def branch(self, number):
        return self.el.get_by_role("group", name=f"Branch {number}", exact=True)

    def built(self):
        """The module as the page shows it: what comes in, and of each branch its kind, squeeze and maps."""
        side, channels = self.el.get_by_label("Comes in").input_value().split()
        now = {**module.FREE, **self.state, "side": int(side), "channels": int(channels)}
        if self.el.get_by_label("dense block").is_checked():
            sliders = {name: self.el.get_by_role("slider", name=name) for name in ("layers", "growth rate")}
            layers, growth = (int(slider.input_value()) for slider in sliders.values())
            front = self.el.get_by_label("in front of each").is_checked()
            return {**now, "block": "dense", "layers": layers, "growth": growth, "bottleneck": front}
        branches = []
        for at in range(1, 1 + self.el.locator(".mb-branch:visible").count()):
            squeeze, maps = self.branch(at).locator("output").all_text_contents()
            kind = self.branch(at).locator("select").input_value()
            branches.append([kind, int(squeeze.replace("none", "0")), 0 if maps.startswith("all") else int(maps)])
        return {**now, "block": "branches", "branches": branches}

    def numbers(self):
        """Maps, operations and parameters are those of the module built with Keras."""
        now = {**self.built(), "gate": self.el.get_by_label("gate at the end").is_checked()}
        maps, macs, unit, parameters = re.search(
            r"\u00d7 (\d+) come out, for ([\d.,]+)(?:\u00a0(\w))? multiply-accumulates and ([\d.,]+\u00a0?M?) p",
            self.sentence(),
        ).groups()
        assert int(maps) == module.counted(now)[1]
        shown = float(macs.replace(",", "")) * {"M": 1e6, "G": 1e9, None: 1}[unit]
        np.testing.assert_allclose(shown, module.total(now), rtol=0.006)
        if "M" not in parameters:
            assert int(parameters.replace(",", "")) == module.total(now, "parameters")

    def mouse(self):
        self.el.get_by_label("gate at the end").click()
        self.settle()
        self.numbers()
        self.el.get_by_label("Challenge").select_option("thin")
        self.settle()
        self.el.get_by_role("button", name="Add a branch").click()
        self.settle()
        assert self.branch(4).is_visible()
        self.numbers()

    def keyboard(self):
        dense = self.el.get_by_label("dense block").is_checked()
        slider = self.el.get_by_role("slider", name="layers") if dense else self.branch(1).get_by_role("slider").last
        before = self.sentence()
        self.tab_to(slider)
        self.press("ArrowLeft")
        assert self.sentence() != before
        self.numbers()

    def touch(self):
        before = self.sentence()
        self.el.get_by_label("Comes in").select_option("14 480")
        self.settle()
        assert self.sentence() != before
        self.el.get_by_role("group", name="Bars of").get_by_text("parameters").tap()
        self.settle()
        assert self.el.locator(".mb-stage").get_by_text("Parameters", exact=True).is_visible()


class Saving(Reader):
    """How many labels does it save?"""

    strokes = None  # what keys have drawn; False where mouse or finger have, which know whole pixels only

    def slider(self, name):
        return self.el.get_by_role("slider", name=name, exact=True)

    def now(self):
        """The state as the controls show it."""
        task = self.el.get_by_role("group", name="Pictures of").locator("input:checked").input_value()
        frozen, images, target = (self.slider(name).input_value() for name in ("Frozen", "Images a class", "Target"))
        sizes = self.state["curves"][task]["sizes"]
        return {**self.state, "task": task, "frozen": int(frozen), "images": sizes[int(images)],
                "target": float(target)}  # fmt: skip

    def numbers(self):
        """The sentence says what was measured; neighbours and right votes are those of Keras and scikit-learn."""
        self.page.wait_for_function(
            "e => /names 100/.test(e.querySelector('.ls-votes').textContent)",
            arg=self.el.element_handle(),
            timeout=MEASURED,
        )
        now = self.now()
        saved.check_sentence(self.sentence(), now)
        saved.check_votes(self.el.locator(".ls-votes").inner_text(), now)
        if self.strokes is not False:
            saved.check_rows(self.el, now, self.strokes)

    def sentence(self):
        return self.el.locator(".ls-said .xp-status").inner_text()

    def sheet(self):
        return self.el.get_by_role("application", name="Sheet of 32 by 32")

    def mouse(self):
        before = self.el.locator(".ls-rows").inner_text()
        ends, box = [spot_in(self.sheet(), across, 0.2 + across) for across in (0.2, 0.6)], self.sheet().bounding_box()
        for end, button in zip(ends, (self.page.mouse.down, self.page.mouse.up), strict=True):
            self.page.mouse.move(box["x"] + end["x"], box["y"] + end["y"])
            button()
        self.settle()
        assert self.el.locator(".ls-rows").inner_text() != before
        self.strokes = False
        before = self.sentence()
        self.el.get_by_role("button", name="Draw other labels").click()
        self.state["gallery"] += 1
        self.slider("Target").fill("0.95")
        self.settle()
        assert self.sentence() != before

    def keyboard(self):
        self.tab_to(self.slider("Images a class"))
        before = self.now()["images"]
        self.press("ArrowLeft" if before > 10 else "ArrowRight")
        assert self.now()["images"] != before
        self.tab_to(self.sheet())
        self.press("Delete", *["Home"] * 16, *["ArrowRight"] * 7, "Space", *["ArrowDown"] * 12, "Space")
        self.strokes = [[(15, 1), (15, 25)]]

    def touch(self):
        self.numbers()  # once the page's digits are described
        before = self.el.locator(".ls-rows").inner_text()
        self.sheet().tap(position=spot_in(self.sheet(), 0.5, 0.5))
        self.settle()
        assert self.el.locator(".ls-rows").inner_text() != before
        self.strokes = False


class Plane(Reader):
    """The plane of codes."""

    def kind(self):
        return re.match(r"The (\w+) autoencoder", self.sentence())[1]

    def ring(self):
        return self.el.get_by_role("slider", name="Place in the plane")

    def numbers(self):
        """The decoder's picture where the ring stands, and the shares of the maps, are those of dnnlib's networks."""
        self.page.wait_for_function("document.querySelector('.lp-said').textContent.includes('of the map')")
        kind, place = self.kind(), self.place if self.place is not None else self.state["place"]
        away, limit = found(r"is ([\d.]+) away, .* Farther than ([\d.]+) from", self.sentence().replace("\n", " "))
        if place is not False:
            assert abs(away - latent.at({"kind": kind, "place": place})) < 0.00501
        shares = found(r"are ([\d.]+)\s%.*, ([\d.]+)\s%", self.sentence())
        for share, one in zip(shares, (kind, {"plain": "variational"}.get(kind, "plain")), strict=True):
            assert abs(share - latent.holes({"kind": one, "distance": limit})) < 0.0501

    place = None  # where keys have moved the ring; False where mouse or finger have, which know whole pixels only

    def mouse(self):
        before = self.ring().get_attribute("aria-valuetext")
        self.ring().click(position=spot_in(self.ring(), 0.8, 0.7))
        self.place = False
        self.settle()
        assert self.ring().get_attribute("aria-valuetext") != before
        self.numbers()
        other = "variational" if self.kind() == "plain" else "plain"
        self.el.get_by_role("group", name="Autoencoder").locator("label").filter(
            has_text=re.compile(f"^{other}$")
        ).click()
        self.settle()
        assert self.kind() == other
        self.numbers()

    def keyboard(self):
        x, y = self.state["place"]
        self.tab_to(self.ring())
        key, by = ("ArrowRight", 0.01) if x < 0.5 else ("ArrowLeft", -0.01)
        before = self.ring().get_attribute("aria-valuetext")
        self.press(key, key)
        if self.place is None:  # keys go on from where the mouse has left the ring
            self.place = [x + 2 * by, y]
        assert self.ring().get_attribute("aria-valuetext") != before
        self.numbers()
        self.tab_to(self.el.get_by_role("button", name="Start at the digit here"))

    def touch(self):
        before = self.ring().get_attribute("aria-valuetext")
        self.ring().tap(position=spot_in(self.ring(), 0.2, 0.3))
        self.place = False
        self.settle()
        assert self.ring().get_attribute("aria-valuetext") != before


class Past(Reader):
    """Depth and shortcut."""

    def shown(self, name):
        """The number beside a slider."""
        return number(self.el.locator("label").filter(has_text=re.compile(f"^{name} ")).locator("output").inner_text())

    def now(self):
        """The state as the controls show it; λ and the branch's factor are hidden where they do nothing."""
        kind = self.el.get_by_role("group", name="Shortcut").locator("input:checked").input_value()
        branch = self.el.locator(".ds-controls select").input_value()
        scale = self.shown("λ") if kind in ("constant", "gate") else self.state["scale"]
        seed = int(self.el.get_by_role("spinbutton", name="Start (seed)").inner_text())
        rate = float(self.el.get_by_label("Learning rate", exact=True).input_value())
        return {**self.state, "kind": kind, "branch": branch, "scale": scale, "depth": int(self.shown("Blocks L")),
                "seed": seed, "learning_rate": rate}  # fmt: skip

    def steps(self):
        return int(self.el.locator(".xp-player-count").inner_text().split()[0])

    def numbers(self):
        """What is predicted is NumPy's, and what is measured lies in its range of sizes."""
        self.page.wait_for_function(
            "e => e.querySelector('.xp-status').textContent.includes('at the end')",
            arg=self.el.element_handle(),
            timeout=MEASURED,
        )
        expected = shortcut.predicted(self.now())
        told = re.findall(r"by (?:a factor of )?(\S+) \(predicted (\S+)\)", self.sentence())
        assert len(told) == 2
        for (shown, said), value in zip(told, (expected["forward"][-1], expected["backward"][0]), strict=True):
            np.testing.assert_allclose(power(said), value, rtol=0.006)
            assert abs(np.log10(power(shown) / value)) < 3

    def step(self, act):
        """Starts anew, takes a step, and compares both networks with those of dnnlib's layers."""
        self.el.get_by_role("button", name="Reset").click()
        self.settle()
        act()
        self.settle()
        assert self.steps() == 1
        pair = shortcut.trained(self.now(), 1)
        told = re.findall(r"tells (\d+) of the last 20 digits", self.el.locator(".ds-trained").inner_text())
        assert [int(count) for count in told] == [sum(pair[name].right) for name in ("plain", "chosen")]

    def mouse(self):
        self.step(self.el.get_by_role("button", name="Step", exact=True).click)
        shortcuts = self.el.get_by_role("group", name="Shortcut")
        other = "gate" if self.now()["kind"] != "gate" else "identity"
        shortcuts.locator("label", has_text=other).click()
        self.settle()
        assert self.now()["kind"] == other and self.steps() == 0
        self.numbers()

    def keyboard(self):
        self.tab_to(self.el.get_by_role("slider", name="Blocks L"))
        before = self.now()["depth"]
        self.press("ArrowLeft" if before > 1 else "ArrowRight")
        assert self.now()["depth"] == before + (-1 if before > 1 else 1)
        self.numbers()
        self.tab_to(self.el.get_by_role("button", name="Step", exact=True))
        self.press("Enter")
        assert self.steps() == 1

    def touch(self):
        shortcuts = self.el.get_by_role("group", name="Shortcut")
        shortcuts.locator("label", has_text="identity").tap()
        self.settle()
        assert self.now()["kind"] == "identity"
        self.numbers()


READERS = {
    "depth_and_shortcut.DepthAndShortcut": Past,
    "ledger.Ledger": Keeping,
    "where_to_cut.WhereToCut": Cutting,
    "linear_autoencoder.LinearAutoencoder": BesidePca,
    "module_budget.ModuleBudget": Budget,
    "labels_saved.LabelsSaved": Saving,
    "latent_plane.LatentPlane": Plane,
    "principal_axis.PrincipalAxis": Turner,
    "rebuilt_digit.RebuiltDigit": InParts,
    "live_tsne.LiveTSNE": Mapper,
    "who_remembers.WhoRemembers": Remembering,
    "gradient_through_time.GradientThroughTime": ThroughTime,
    "kmeans_steps.KMeansSteps": HalfSteps,
    "faulty_node.FaultyNode": Accuser,
    "gated_cell.GatedCell": Gates,
    "pressure.Pressure": UnderPressure,
    "unit_life.UnitLife": Life,
    "label_keeper.LabelKeeper": Keeper,
    "network_playground.NetworkPlayground": Playground,
    "convolution_stepper.ConvolutionStepper": Stepper,
    "kernel_studio.KernelStudio": Studio,
    "receptive_field_builder.ReceptiveFieldBuilder": Builder,
    "pooling_explorer.PoolingExplorer": Pooling,
    "scatter_gather.ScatterGather": Gather,
    "draw_digit.DrawDigit": Digit,
    "optimizer_paths.OptimizerPaths": Paths,
    "threshold_explorer.ThresholdExplorer": Threshold,
    "logits.Logits": Scores,
    "fifty_layers.FiftyLayers": Fifty,
    "dropout_masks.DropoutMasks": Masks,
    "batch_neighbours.BatchNeighbours": Neighbours,
}
