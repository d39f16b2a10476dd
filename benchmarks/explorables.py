"""How long does an explorable's script keep the page busy in a frame? Each of them, used by hand and at its heaviest.

    python -m benchmarks.explorables [--frames 100] [title ...]

Prints a Markdown table: for each interaction the median and the 95th percentile of the script in one frame, in ms, and
the frames counted. A frame is one edit, key or move of the pointer; its script is the event's handlers and the drawing
they ask for, without the browser's own layout and painting. The first ten frames are not counted.

How to read it: a screen shows a frame each 16.7 ms, and the browser needs about half of it, so up to 8 ms feel
immediate. Times are the processor's, as the browser's own counter has them: what else the machine does takes no part,
and two runs compare.
"""

import argparse

import numpy as np

from dnnlib.datasets.photographs import load_photograph
from dnnlib.widgets.batch_neighbours import BatchNeighbours
from dnnlib.widgets.convolution_stepper import ConvolutionStepper
from dnnlib.widgets.depth_and_shortcut import DepthAndShortcut
from dnnlib.widgets.draw_digit import DrawDigit
from dnnlib.widgets.dropout_masks import DropoutMasks
from dnnlib.widgets.faulty_node import FaultyNode
from dnnlib.widgets.fifty_layers import FiftyLayers
from dnnlib.widgets.gated_cell import UNITS, WORDS, GatedCell
from dnnlib.widgets.gradient_through_time import GradientThroughTime
from dnnlib.widgets.kernel_studio import KernelStudio
from dnnlib.widgets.kmeans_steps import KMeansSteps
from dnnlib.widgets.label_keeper import LabelKeeper
from dnnlib.widgets.labels_saved import LabelsSaved
from dnnlib.widgets.latent_plane import LatentPlane
from dnnlib.widgets.ledger import Ledger
from dnnlib.widgets.linear_autoencoder import LinearAutoencoder
from dnnlib.widgets.live_tsne import LiveTSNE
from dnnlib.widgets.logits import Logits
from dnnlib.widgets.module_budget import ModuleBudget
from dnnlib.widgets.network_playground import NetworkPlayground
from dnnlib.widgets.optimizer_paths import OPTIMIZERS, OptimizerPaths
from dnnlib.widgets.pooling_explorer import PoolingExplorer
from dnnlib.widgets.pressure import Pressure
from dnnlib.widgets.principal_axis import PrincipalAxis
from dnnlib.widgets.rebuilt_digit import RebuiltDigit
from dnnlib.widgets.receptive_field_builder import ReceptiveFieldBuilder
from dnnlib.widgets.scatter_gather import ScatterGather
from dnnlib.widgets.threshold_explorer import ThresholdExplorer
from dnnlib.widgets.unit_life import UnitLife
from dnnlib.widgets.where_to_cut import WhereToCut
from dnnlib.widgets.who_remembers import WhoRemembers
from tests.browser import launch
from tests.widgets.pages import ROOT, open_explorable, serve

WARM_UP = 10

# Calls act(n) and waits until the page has drawn what it asks for
FRAME = "(n) => { act(n); return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); }"


def script_times(page, act, frames):
    """Returns the processor's time for the page's script, in ms, in each frame after the first ten.

    Args:
        page: A Playwright page.
        act: A JavaScript function of the frame's number that does what a hand would do.
        frames: Frames to count.
    """
    page.evaluate("(source) => { window.act = eval(source); }", act)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    total = []
    for number in range(WARM_UP + frames):
        page.evaluate(FRAME, number)
        metrics = session.send("Performance.getMetrics")["metrics"]
        total += [1e3 * metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"]
    return np.diff(total)[WARM_UP - 1 :]


def edit(label):
    """Another number in the first cell of a grid."""
    return f"""(n) => {{
      const field = document.querySelector("[role=grid][aria-label='{label}'] input:not([readonly])");
      field.value = String(n % 7 + 1);
      field.dispatchEvent(new InputEvent("input"));
    }}"""


def point_at_cells(label):
    """The pointer on the cells of a grid, here and there."""
    return f"""(n) => {{
      const cells = document.querySelectorAll("[role=grid][aria-label='{label}'] .xp-cell");
      cells[(n * 37 + 1) % cells.length].dispatchEvent(new PointerEvent("pointerenter"));
    }}"""


def circle(selector, number=0):
    """A pointer that goes down on an element and then round."""
    return f"""(n) => {{
      const on = document.querySelectorAll("{selector}")[{number}], box = on.getBoundingClientRect();
      on.setPointerCapture = () => {{}};
      on.dispatchEvent(new PointerEvent(n ? "pointermove" : "pointerdown", {{ pointerId: 1, bubbles: true,
        clientX: box.left + box.width * (0.5 + 0.3 * Math.cos(n / 9)),
        clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(n / 9)) }}));
    }}"""


def press(selector, *keys):
    """Keys in turn on an element."""
    return f"""(n) => {{
      const on = document.querySelector("{selector}"), key = {list(keys)}[n % {len(keys)}];
      on.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true, cancelable: true }}));
    }}"""


def drag(label, least, most):
    """A slider from end to end."""
    return f"""(n) => {{
      const label = [...document.querySelectorAll("label")].find((one) => one.textContent.startsWith("{label}"));
      const slider = label.control;
      slider.value = {least} + (n * 3) % ({most} - {least});
      slider.dispatchEvent(new InputEvent("input"));
    }}"""


def click(*selectors):
    """Clicks on elements in turn."""
    return f"(n) => document.querySelector({list(selectors)}[n % {len(selectors)}]).click()"


def interactions():
    """Yields (interaction, explorable, what is done in JavaScript)."""
    rng = np.random.default_rng(0)
    photo = load_photograph("china", size=(160, 240), dtype="uint8")
    slices = {"kernel": rng.normal(0, 3, (5, 5, 3)).round(), "divisor": 75, "padding": "same"}
    first = "Red slice of the kernel"
    yield "edit a 3 × 3 kernel", KernelStudio(photo), edit(first)
    yield "edit a 5 × 5 kernel", KernelStudio(photo, kernel=np.ones((5, 5)), divisor=75, padding="same"), edit(first)
    yield "the same, three maps", KernelStudio(photo, **slices, channels="separate"), edit(first)
    yield "point at the map, 5 × 5", KernelStudio(photo, **slices), circle(".ks-canvas", 1)
    yield "drag the bias, 5 × 5", KernelStudio(photo, **slices), drag("Bias", -255, 255)
    yield "change the padding, 5 × 5", KernelStudio(photo, **slices), click("[value=valid]", "[value=same]")
    yield "one map or three, 5 × 5", KernelStudio(photo, **slices), click("[value=separate]", "[value=sum]")

    large = {"image": rng.integers(-3, 4, (12, 12)), "kernel": rng.integers(-2, 3, (5, 5)), "padding": "same"}
    yield "point at an output", ConvolutionStepper(), point_at_cells("Output")
    yield "point at an output, 12 × 12", ConvolutionStepper(**large), point_at_cells("Output")
    yield "edit a 5 × 5 kernel, 12 × 12", ConvolutionStepper(**large), edit("Kernel")

    blur = {"image": rng.integers(-3, 9, (8, 8)), "kind": "max_blur", "pool_size": 3, "strides": 1, "shift": (1, 2)}
    yield "point at an output", PoolingExplorer(), point_at_cells("Pooled")
    for view in ("forward", "shift", "gradient"):
        yield f"point at an output, 8 × 8, {view}", PoolingExplorer(**blur, view=view), point_at_cells("Pooled")
    yield "edit an input, 8 × 8, gradient", PoolingExplorer(**blur, view="gradient"), edit("Input")

    most = {"size": 7, "kernel": 4, "padding": 1, "dilation": 2, "channels": 2, "filters": 2}
    yield "point at an error", ScatterGather(), point_at_cells("Errors")
    for view, name in {"scatter": "Errors", "gather": "Gradient of the input", "kernel": "Kernel"}.items():
        yield (
            f"point at a cell, {view}, two channels and kernels",
            ScatterGather(**most, view=view),
            point_at_cells(name),
        )
    yield "edit an input, two channels and kernels", ScatterGather(**most), edit("Input")
    yield "the same, max pooling", ScatterGather(size=7, kernel=4, channels=2, layer="max_pooling"), edit("Input")

    unit = "[role=slider][aria-label^='Unit:']"
    deep = {"layers": [{"kernel": 7, "padding": "same"}] * 7, "input_size": 64}
    arrows = "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"
    yield "arrow keys", ReceptiveFieldBuilder(), press(unit, *arrows)
    yield "arrow keys, seven layers of 64", ReceptiveFieldBuilder(**deep), press(unit, *arrows)
    yield "drag the input size, seven layers", ReceptiveFieldBuilder(**deep), drag("Input size", 8, 64)

    step = click(".xp-player-run + button")
    widest = {"hidden": [8, 8, 8], "examples": 500, "train_share": 0.5, "noise": 0.3}
    yield "train one step and draw", NetworkPlayground(), step
    yield "the same, 8–8–8 units, 500 points", NetworkPlayground(data="spiral", **widest), step
    yield "the same, one input", NetworkPlayground(data="curve", **widest), step
    yield "train one step and draw", UnitLife(), step
    late = UnitLife(hidden=12, steps=800, learning_rate=1.0)
    yield "the same, 12 units, after 800 steps", late, step
    yield "arrow keys, 12 units", late, press(".ul-unit[aria-checked=true]", "ArrowRight", "ArrowLeft")
    yield "train one step and draw", Pressure(), step
    yield "the same, 200 points, after 1000 steps", Pressure(examples=200, l1=0.003, proximal=True, steps=1000), step
    start, every = "[role=slider][aria-label^='Start:']", {"optimizers": list(OPTIMIZERS), "steps": 500, "noise": 0.2}
    yield "drag the start", OptimizerPaths(), circle(".op-map")
    yield "drag the start, five paths of 500", OptimizerPaths(surface="long valley", **every), circle(".op-map")
    yield (
        "arrow keys, curved valley",
        OptimizerPaths(surface="curved valley", **every),
        press(start, "ArrowUp", "ArrowDown"),
    )
    yield "drag the condition number", OptimizerPaths(surface="long valley", **every), drag("Condition", 0, 2.99)
    yield "drag a point of the data", OptimizerPaths(surface="line through points"), circle(".op-handle")
    yield "step, five paths of 500", OptimizerPaths(at=0, **every), click(".xp-player button:nth-of-type(2)")
    for examples in (1000, 2000):
        many = ThresholdExplorer(examples=examples)
        yield f"drag the threshold, {examples:,} examples", many, circle(".th-hand")
        yield f"drag the distance, {examples:,} examples", many, drag("Distance", 0, 4)
    for shown in ([2.0, 1.0, -1.0], [4.0, 2.0, 1.0, 0.0, -3.0]):
        hands = Logits(scores=shown, softmax_loss="binary cross-entropy", sigmoid_loss="squared error")
        yield f"drag what is added, {len(shown)} classes", hands, drag("Add to all", -120, 120)
    longest = BatchNeighbours(batch=[3, 1, 5, 7, -2, 0, 2, 4], training=False, steps=980)
    for name, group in {"": BatchNeighbours(), ", eight after 980 steps": longest}.items():
        yield f"drag gamma{name}", group, drag("gamma", -3, 3)
        yield f"arrow keys{name}", group, press(".bn-handle:last-child", "ArrowLeft", "PageUp", "PageDown")
        yield f"play a batch{name}", group, step
    five = {"cloud": "five groups", "k": 5}
    for name, means in {"": KMeansSteps(), ", five centres": KMeansSteps(**five, start="all in one group")}.items():
        yield f"drag a centre{name}", means, circle(".km-handle", 1)
        yield f"drag a start over the map{name}", means, circle(".km-map")
        yield (
            f"step and reset{name}",
            means,
            click(".xp-player button:nth-of-type(2)", ".xp-player button:nth-of-type(3)"),
        )
        # Another k each time: the map and the comparison of starts begin again, and go on in slices
        yield f"compute a map{name}", means, click("[aria-label='Centres k: less']", "[aria-label='Centres k: more']")
    heavy = FiftyLayers(width=128, depth=60, scheme="orthogonal", activation="tanh")
    for name, nets in {"": FiftyLayers(), ", 60 orthogonal layers of 128, tanh": heavy}.items():
        yield f"drag the gain{name}", nets, drag("Gain", -2, 2)
        yield f"measure networks{name}", nets, "(n) => {}"
        yield f"choose the layer shown{name}", nets, drag("Layer shown", 1, 50)
    for name, blocks in {"": DepthAndShortcut(), ", 54 gated blocks": DepthAndShortcut(kind="gate", depth=54)}.items():
        yield f"train one step and draw{name}", blocks, step
        yield f"drag the number of blocks{name}", blocks, drag("Blocks L", 1, 54)
        yield f"measure networks{name}", blocks, "(n) => {}"
    long = GradientThroughTime(length=60, shear=1.0, activation="tanh", window=20)
    for name, states in {"": GradientThroughTime(), ", 60 steps of tanh": long}.items():
        yield f"drag an eigenvalue{name}", states, circle(".gt-plane")
        yield f"drag the window{name}", states, drag("Window", 1, 30)
    kept = [f"f{k}@{t}=1" for k in range(UNITS) for t in range(22)]
    for name, cell in {
        "": GatedCell(),
        ", 22 words, 88 held": GatedCell(sentence=" ".join(WORDS[:22]), holds=kept),
    }.items():
        yield f"arrow keys{name}", cell, press(".gc-memory", "ArrowDown", "ArrowDown", "ArrowUp")
        yield f"hold a gate{name}", cell, click(".gc-gate")
    neuron = FaultyNode(graph="neuron", measured=["z", "w1", "w2", "x1", "x2"])
    yield "arrow keys, a neuron", neuron, press(".fn-node", "ArrowLeft", "ArrowLeft", "ArrowRight")
    yield "draw a round, a neuron", neuron, click(".xp-count button:last-child")
    yield "drag an input, a neuron", FaultyNode(graph="neuron", fault="none"), drag("w", -2, 2)
    for name, readers in {"": WhoRemembers(), ", trained, 30 words": WhoRemembers(length=30, trained=True)}.items():
        yield f"change the subject{name}", readers, click(".wr-subject")
        yield f"drag the words in between{name}", readers, drag("Words", 0, 30)
    yield "drag the forget bias, 30 words", WhoRemembers(length=30), drag("Forget bias", -2, 6)
    rest = LiveTSNE(steps=500)
    yield "step", LiveTSNE(), step
    yield "step, pictures, neighbours, two maps", LiveTSNE(view="neighbours", marks="pictures", beside=True), step
    yield "arrow keys", rest, press(".lt-map", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight")
    yield (
        "change the perplexity",
        LiveTSNE(),
        """(n) => { const menu = document.querySelector(".lt-controls select");
          menu.selectedIndex = n % 7; menu.dispatchEvent(new Event("change")); }""",
    )
    deepest = Ledger(network="resnet 152", beside="densenet 201", measure="memory")
    for name, book in {"": Ledger(), ", 152 layers beside 201": deepest}.items():
        yield f"drag the width{name}", book, drag("Width", 0, 2)
        yield f"arrow keys{name}", book, press(".lg-bars[role=slider]", "ArrowRight", "PageDown", "ArrowLeft", "PageUp")
    every_layer = WhereToCut(overlap=True, measure="time", told="layers")
    for name, cutting in {"": WhereToCut(), ", every layer the other way": every_layer}.items():
        yield f"drag the batch{name}", cutting, drag("Batch", 3, 13)
        yield f"cut by keys{name}", cutting, press(".wc-switch[tabindex='0']", "ArrowRight", "ArrowDown", "ArrowLeft")
    deep = ModuleBudget(block="dense", challenge="dense", layers=12, gate=True)
    yield "drag a branch's maps", ModuleBudget(), drag("maps", 8, 384)
    yield "drag the growth rate, 12 layers", deep, drag("growth rate", 4, 64)
    bent = LinearAutoencoder(cloud="sheet", network="tanh", steps=800)
    for name, coder in {"": LinearAutoencoder(), ", tanh after 800 steps": bent}.items():
        yield f"train one step and draw{name}", coder, step
        yield f"turn the picture{name}", coder, press(".la-space", "ArrowLeft", "ArrowUp", "ArrowDown")
    many_points = PrincipalAxis(cloud=rng.normal(size=(200, 2)), centred=False, components=True)
    for name, cloud in {"": PrincipalAxis(), ", 200 points": many_points}.items():
        yield f"turn the axis{name}", cloud, circle(".pa-plane")
        yield f"move a point by keys{name}", cloud, press(".pa-spot", "ArrowUp", "ArrowRight", "ArrowDown")
    for output in ("number", "softmax"):
        masks = DropoutMasks(output=output, draws=2000)
        yield f"drag the input, 256 masks, {output}", masks, circle(".dm-pad")
        yield f"drag the rate, 256 masks, {output}", masks, drag("Rate", 0, 0.9)
    yield "draw one mask, of 1,000", DropoutMasks(draws=1000), step
    yield "drag the threshold, a network", ThresholdExplorer(scores="a trained network"), circle(".th-hand")

    yield "rotate a digit", LabelKeeper(), drag("Rotate", -180, 180)
    yield "scale a digit that is rotated, all classes", LabelKeeper(amount=20, average="all"), drag("Scale", 0.4, 1.6)
    square = LabelKeeper(picture="petals", amounts={"noise": 0.1, "contrast": 0.8}, average="all")
    yield "rotate a square of a photograph with noise, all classes", square, drag("Rotate", -180, 180)

    with np.load(ROOT / "dnnlib" / "models" / "digits_cnn.npz") as stored:
        weights = [stored[name] for name in stored.files]
    for kind, unit in {"a window": ["conv2", 1, 2, 5], "a dense unit": ["dense1", 0, 0, 4]}.items():
        yield f"draw a stroke, {kind} shown", DrawDigit(weights, unit=unit), circle(".xp-sheet")
    yield "point at the maps", DrawDigit(weights), circle(".dd-net")

    for name, labels in {"": LabelsSaved(), ", 20 a class": LabelsSaved(images=20, digit=-1)}.items():
        yield f"draw a stroke{name}", labels, circle(".xp-sheet")
        yield f"drag the target{name}", labels, drag("Target", 0.5, 0.99)
    yield "drag the images a class", LabelsSaved(digit=7), drag("Images", 0, 6)
    yield "describe the page's digits", LabelsSaved(), "(n) => {}"

    for name, place in {"": LatentPlane(), ", variational": LatentPlane(kind="variational")}.items():
        yield f"drag the ring{name}", place, circle(".lp-plane")
    yield "drag what is far", LatentPlane(kind="variational"), drag("Far is farther", 1, 1.97)
    yield "drag what is far, pictures", LatentPlane(background="pictures"), drag("Far is farther", 1, 1.97)

    yield "drag the components", RebuiltDigit(), drag("Components added", 0, 64)
    yield "draw a stroke, 20 components", RebuiltDigit(digit=-1, components=20), circle(".xp-sheet")


def main():
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=100, help="frames counted")
    parser.add_argument("titles", nargs="*", metavar="title", help="explorables to measure, e.g. kernel; all if none")
    options = parser.parse_args()
    print("| explorable | interaction | median (ms) | 95 % (ms) | frames |\n|---|---|---:|---:|---:|")
    errors = []
    with launch() as browser, serve() as server:
        for name, widget, act in interactions():
            if options.titles and not any(title.lower() in widget.title.lower() for title in options.titles):
                continue
            page = open_explorable(browser, server, widget, errors)
            times = script_times(page, act, options.frames)
            page.close()
            median, most = np.quantile(times, [0.5, 0.95])
            print(f"| {widget.title} | {name} | {median:.1f} | {most:.1f} | {len(times)} |", flush=True)
    if errors:
        raise RuntimeError(f"expected no errors in the pages, received {errors}")


if __name__ == "__main__":
    main()
