// Scatter or gather: an output's error goes back to the input and the kernel, summed from either end.

import {
  axesOf,
  cellAt,
  compared,
  inside,
  layerOf,
  listed,
  shapeOf,
  tabled,
  total,
} from "./shared/convolution_gradients.mjs";
import { biasGradient, deposits, gathered, gathers, kernelGradient } from "./shared/convolution_gradients.mjs";
import { outputsOf, products, reads, scattered, spreadOf } from "./shared/convolution_gradients.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, tableOf, whole, wholes } from "./shared/link.mjs";
import { player } from "./shared/player.mjs";
import { bracketed, cellName, choice, clamp, counter, figure, follow, format } from "./shared/ui.mjs";
import { h, many, menu, numberGrid, plus, put, remembered, replaced, resized, root, short } from "./shared/ui.mjs";
import { status, times, toggle, traitsOf } from "./shared/ui.mjs";

const NUMBERS = ["image", "weights", "errors", "layer", "stride", "padding", "dilation"];
const TRAITS = [...NUMBERS, "flip", "view", "output", "pixel", "weight", "channel", "filter", "steps"];
const LIMITS = { size: [1, 7], kernel: [1, 4], stride: [1, 3], padding: [0, 2], dilation: [1, 3] };
const MOST_OUTPUT = 11;

// ---- What it computes ----

/** The number of outputs that read a pixel, which is the number of errors that reach it. */
export const reachedBy = (state) => {
  const layer = layerOf(state),
    { pixel, channel } = placesOf(state, layer);
  return gathers(layer, channel, ...pixel).filter(({ from, factor }) => from && !(layer.pools && !factor)).length;
};

/** Why there is no output, or "". */
export function misfit(state) {
  const [tall, wide] = axesOf(state);
  if (tall.outputs && wide.outputs) return "";
  return (
    `The kernel spans ${times(tall.span, wide.span)} cells, but the padded input has only ` +
    `${times(tall.padded, wide.padded)}: there is no output. ` +
    "Use a larger input, more padding, a smaller kernel or less dilation."
  );
}

/** The chosen cells, brought inside their tables; and the view, of which max pooling has no third. */
export function placesOf(state, { tall, wide, channels, filters, pools }) {
  const within = ([i, j], name) => [clamp(i, 0, tall[name] - 1), clamp(j, 0, wide[name] - 1)];
  const channel = Math.min(state.channel, channels - 1);
  return {
    view: pools && state.view === "kernel" ? "scatter" : state.view,
    output: within(state.output, "outputs"),
    pixel: within(state.pixel, "size"),
    weight: within(state.weight, "taps"),
    channel,
    filter: Math.min(state.filter, filters - 1),
  };
}

/** How many steps a view's sum takes. */
export const stepsOf = ({ tall, wide, channels, filters }, view) =>
  view === "gather"
    ? channels * tall.size * wide.size
    : (view === "scatter" ? filters : 1) * tall.outputs * wide.outputs;

/** The cells that the last of so many steps chooses, as traits. */
export function chosenBy(layer, view, steps) {
  const { tall, wide } = layer,
    n = Math.max(0, steps - 1);
  if (view === "gather") {
    const [channel, ...pixel] = cellAt(n, tall.size, wide.size);
    return { channel, pixel };
  }
  const [filter, ...output] = cellAt(n, tall.outputs, wide.outputs);
  return view === "scatter" ? { filter, output } : { output };
}

/** After how many steps a view's sum has come to the chosen cell. */
export function stepAt({ tall, wide }, view, { filter, output, channel, pixel }) {
  if (view === "gather") return 1 + (channel * tall.size + pixel[0]) * wide.size + pixel[1];
  return 1 + ((view === "scatter" ? filter : 0) * tall.outputs + output[0]) * wide.outputs + output[1];
}

/**
 * Arrangement and cell size: three columns, three rows of pairs, or one after another. columns: cells side by side of
 * input, kernel and errors.
 */
export function layout(width, [input, kernel, errors]) {
  const fit = (cells, gaps) => Math.floor(Math.min(31, (width - gaps) / cells - 1));
  const wide = (cells) => Math.max(3, cells); // narrower than three cells no caption stands in one line
  const row = fit(wide(input) + wide(kernel) + wide(errors), 80);
  if (row >= 22) return ["row", row];
  const pairs = fit(Math.max(2 * wide(input), 2 * wide(kernel), errors), 40);
  if (pairs >= 20) return ["pairs", pairs];
  return ["wrapped", Math.max(20, fit(Math.max(input, kernel, errors), 24))];
}

// ---- Words ----

const summed = (terms) =>
  `${terms.map(({ a, b }) => `${bracketed(a)}\u00b7${bracketed(b)}`).join(" + ")} = ${format(total(terms))}`;
const ofChannel = ({ channels }, ch) => (channels > 1 ? `, channel ${ch}` : "");
const ofKernel = ({ filters, pools }, f) => (filters > 1 ? `, ${pools ? "channel" : "kernel"} ${f}` : "");
const AT_MOST = 9; // terms that a sentence writes out

function scatterText(layer, { filter, output }) {
  const left = deposits(layer, filter, ...output),
    [{ error }] = left,
    name = `The error of output ${cellName(...output)}${ofKernel(layer, filter)} is ${format(error)}.`;
  if (layer.pools) {
    const won = left.find(({ factor }) => factor);
    return (
      `${name} All of it goes to input ${cellName(won.i, won.j)}, where the largest number of its window stands, ` +
      `${format(won.x)}; the others get nothing.`
    );
  }
  const lost = left.filter((one) => one.lost).length;
  return (
    `${name} It leaves ${many(left.length, "deposit")} in the gradient of the input: ${format(error)} times each ` +
    `weight of the kernel.${lost ? ` ${lost} of them ${lost === 1 ? "falls" : "fall"} on padding and ${lost === 1 ? "is" : "are"} lost.` : ""}`
  );
}

function gatherText(layer, { channel, pixel }, flip) {
  const terms = gathers(layer, channel, ...pixel, flip).filter(({ from }) => from),
    name = `Input ${cellName(...pixel)}${ofChannel(layer, channel)}`;
  if (!terms.length) return `${name} was read by no output: no error reaches it, and its gradient is 0.`;
  const sum = summed(terms.map((term) => ({ a: term.error, b: term.factor, product: term.product }))),
    shown = terms.length > AT_MOST ? format(total(terms)) : sum;
  if (layer.pools) {
    const won = terms.filter(({ factor }) => factor).length;
    return `${name} was read by ${many(terms.length, "window")} and was the largest in ${won}: its gradient is ${shown}.`;
  }
  const way = flip ? "through the flipped kernel" : "through the kernel as it is";
  return `${name} is reached by ${many(terms.length, "error")}. Read ${way}, ${terms.length === 1 ? "it gives" : "they give"} ${shown}.`;
}

function kernelText(layer, { filter, channel, weight }, steps) {
  const terms = products(layer, filter, channel, ...weight).slice(0, steps ?? undefined),
    sum = summed(terms.map(({ x, error, product }) => ({ a: x, b: error, product }))),
    shown = terms.length > AT_MOST || !terms.length ? format(total(terms)) : sum,
    name = `${cellName(...weight)}${ofKernel(layer, filter)}${ofChannel(layer, channel)}`;
  return (
    `Weight ${name} had a part in each output. Its gradient sums an input times an error for each: ${shown}. ` +
    `The gradient of the bias sums the errors alone: ${format(biasGradient(layer, steps ?? undefined)[filter])}.`
  );
}

/** The state in a few sentences; equal is how many pixels get the same number from both ways, of how many. */
export function sentence(state, layer = layerOf(state), equal = compared(layer, state.flip)) {
  if (misfit(state)) return "There is no output: the kernel spans more than the input it should move over.";
  const places = placesOf(state, layer),
    { view } = places,
    all = stepsOf(layer, view);
  const text = {
    scatter: () => scatterText(layer, places),
    gather: () => gatherText(layer, places, state.flip),
    kernel: () => kernelText(layer, places, state.steps),
  }[view]();
  const parts = { scatter: "error", gather: "pixel", kernel: "output" }[view],
    so = state.steps === null || state.steps >= all ? "" : ` So far ${state.steps} of ${many(all, parts)} are summed.`;
  if (view === "kernel") return text + so;
  const [same, of] = equal,
    ends =
      same === of
        ? ` In the end both ways give the same number at each of the ${many(of, "pixel")}.`
        : ` With the kernel not flipped, gather agrees with scatter at ${same} of ${many(of, "pixel")} only.`;
  return text + so + ends;
}

// ---- The view ----

const tablesOf = (most) => (value) =>
  Array.isArray(value) &&
  whole(value.length, 1, 2) &&
  value.every(tableOf(most)) &&
  value.every((one) => one.length === value[0].length && one[0].length === value[0][0].length);
export const CHECKS = {
  image: tablesOf(LIMITS.size[1]),
  weights: (value) =>
    Array.isArray(value) &&
    whole(value.length, 1, 2) &&
    value.every(tablesOf(LIMITS.kernel[1])) &&
    value.every((one) => one.length === value[0].length && tablesOf(LIMITS.kernel[1])([one[0], value[0][0]])),
  errors: tablesOf(MOST_OUTPUT),
  layer: oneOf("convolution", "max_pooling"),
  stride: wholes(2, ...LIMITS.stride),
  padding: wholes(2, ...LIMITS.padding),
  dilation: wholes(2, ...LIMITS.dilation),
  flip: flag,
  view: oneOf("scatter", "gather", "kernel"),
  output: wholes(2, 0, MOST_OUTPUT - 1),
  pixel: wholes(2, 0, LIMITS.size[1] - 1),
  weight: wholes(2, 0, LIMITS.kernel[1] - 1),
  channel: oneOf(0, 1),
  filter: oneOf(0, 1),
  steps: (value) => value === null || whole(value, 0, 2 * MOST_OUTPUT ** 2),
};
const START = { layer: "convolution", flip: true, steps: null, channel: 0, filter: 0 };
const TOURS = {
  both_ways: [
    [
      { ...START, view: "scatter", output: [0, 0] },
      "Scatter: one error. The framed window of the input made this output, weight by weight. So the error goes back " +
        "the same way, and the error times the whole kernel lands where the window was.",
    ],
    [
      { ...START, view: "scatter", output: [0, 2], steps: 3 },
      "Errors taken in turn. Where their windows overlap, what they leave is added up. The small numbers say what each " +
        "sum will be in the end; press Step to get there.",
    ],
    [
      { ...START, view: "gather", pixel: [1, 1] },
      "Gather: one pixel. The error to its lower right came back through the kernel\u2019s first weight, the one to its upper " +
        "left through the last. So the pixel reads the errors through the kernel flipped along both axes.",
    ],
    [
      { ...START, view: "gather", pixel: [1, 1], flip: false },
      "The same with the kernel as it is. Where the tick is missing, the sum is wrong: the small number is what scatter " +
        "gives. Zeros around the errors are needed too, or the border would have no gradient.",
    ],
    [
      { ...START, view: "kernel", weight: [0, 0] },
      "One weight. It was used at each output, with another input each time. Its gradient is the sum of these inputs, " +
        "each times the error of its output; the bias, used with a 1, sums the errors.",
    ],
  ],
};
const VIEW_NAMES = [
  ["scatter", "Scatter"],
  ["gather", "Gather"],
  ["kernel", "Kernel"],
];
const LAYER_NAMES = [
  ["convolution", "convolution"],
  ["max_pooling", "max pooling"],
];

/** Up to two by two grids of numbers under one caption: a row for each kernel, a column for each channel. */
function block(name, [rows, columns], area, make) {
  const caption = h("span"),
    grids = tabled(rows, columns, (f, ch) => {
      const more = `${f ? ", kernel 1" : ""}${ch ? ", channel 1" : ""}`,
        grid = numberGrid({ label: name + more, ...make(f, ch) }),
        label = h("small", { "aria-hidden": "true" });
      return { grid, label, el: h("div", {}, label, grid.el) };
    });
  const body = h(
      "div",
      { class: "sg-grids" },
      grids.flat().map(({ el }) => el),
    ),
    el = figure(caption, body);
  el.classList.add(`sg-${area}`);
  return {
    el,
    caption,
    /** Calls drawOne(grid, f, ch) for those in use; row is what a row of them is called. */
    draw(filters, channels, row, drawOne) {
      body.style.gridTemplateColumns = `repeat(${Math.min(columns, channels)}, auto)`;
      grids.flat().forEach(({ grid, label, el: one }, n) => {
        const [f, ch] = [Math.floor(n / columns), n % columns];
        one.hidden = f >= filters || ch >= channels;
        if (one.hidden) return;
        const [apart, across] = [rows > 1 && filters > 1, columns > 1 && channels > 1];
        label.textContent =
          apart && across ? `f = ${f}, c = ${ch}` : apart ? `${row} ${f}` : across ? `channel ${ch}` : "";
        label.hidden = !label.textContent;
        drawOne(grid, f, ch);
      });
    },
  };
}

/** Products in the shape of a kernel or of an output, and their sum. */
function productTable() {
  const el = h("div", { class: "sg-products" });
  return {
    el,
    /** groups: { title, columns, terms: { a, b, product, quiet } }; sum is a text behind them. */
    draw(groups, sum) {
      const every = groups.flatMap(({ terms }) => terms),
        largest = Math.max(1e-9, ...every.map(({ product }) => Math.abs(product))),
        textOf = ({ a, b }) => `${bracketed(a)}\u00b7${bracketed(b)}`,
        longest = Math.max(...every.map((term) => textOf(term).length));
      const term = (one) => {
        const sign = one.product > 0 ? "pos" : one.product < 0 ? "neg" : "",
          cell = h("span", { class: `sg-term ${sign} ${one.quiet ? "quiet" : ""}` }, textOf(one));
        cell.style.setProperty("--v", Math.abs(one.product) / largest);
        return cell;
      };
      el.replaceChildren(
        ...groups.map(({ title, columns, terms }) => {
          const table = h("div", { class: "sg-terms" }, terms.map(term)),
            fits = columns * (7 * longest + 16) < el.clientWidth; // else they stand as in a text
          table.style.gridTemplateColumns = fits ? `repeat(${columns}, auto)` : "";
          table.classList.toggle("loose", !fits);
          return h("div", {}, title ? h("small", {}, title) : null, table);
        }),
        h("span", { class: "sg-sum" }, sum),
      );
    },
  };
}

const mirrored = (table) => table.map((row) => [...row].reverse());
const flipped = (table) => mirrored(table).reverse();
/** One more of a list's tables, or one less: the second is the first in a mirror. */
const counted = (list, count, mirror) => (list.length >= count ? list.slice(0, count) : [...list, mirror(list[0])]);

function controlsOf(model, change) {
  const get = (name) => model.get(name),
    flat = () => get("image")[0].length === 1; // one dimension: the height stays 1
  const both = (value, still) => [flat() ? still : value, value];
  const count = (label, [min, max], onInput) => counter({ label, min, max, value: min, onInput });
  const wholeOf = (name, label, still) => count(label, LIMITS[name], (value) => change({ [name]: both(value, still) }));
  const parts = {
    size: count("Input", LIMITS.size, (value) =>
      change({ image: get("image").map((table) => resized(table, ...both(value, 1))) }),
    ),
    kernel: count("Kernel", LIMITS.kernel, (value) =>
      change({ weights: get("weights").map((one) => one.map((table) => resized(table, ...both(value, 1)))) }),
    ),
    stride: wholeOf("stride", "Stride", 1),
    padding: wholeOf("padding", "Padding", 0),
    dilation: wholeOf("dilation", "Dilation", 1),
    channels: count("Channels", [1, 2], (value) =>
      change({
        image: counted(get("image"), value, mirrored),
        weights: get("weights").map((one) => counted(one, value, mirrored)),
      }),
    ),
    filters: count("Kernels", [1, 2], (value) =>
      change({
        weights: counted(get("weights"), value, (one) => one.map(mirrored)),
        errors: counted(get("errors"), value, mirrored),
      }),
    ),
  };
  return {
    els: Object.values(parts).map((part) => part.el),
    draw(state) {
      const [, [size, kernel]] = shapeOf(state),
        pools = state.layer === "max_pooling";
      const now = { size, kernel, channels: state.image.length, filters: state.weights.length };
      for (const name of ["stride", "padding", "dilation"]) now[name] = state[name][1];
      for (const [name, part] of Object.entries(parts)) part.set(now[name]);
      for (const name of ["padding", "dilation", "filters"]) parts[name].el.hidden = pools;
      parts.kernel.el.querySelector(".xp-label").textContent = pools ? "Window" : "Kernel";
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    presets = new Map(model.get("presets"));
  const layerNow = remembered(NUMBERS, layerOf);
  /** All sums at their end, computed anew only when a number has changed. */
  const sumsNow = remembered([...NUMBERS, "flip"], (state) => {
    const layer = layerNow(state),
      one = scattered(layer),
      other = gathered(layer, state.flip);
    return {
      scattered: one,
      gathered: other,
      output: outputsOf(layer),
      equal: compared(layer, state.flip, one, other),
    };
  });
  const placesNow = () => {
    const state = stateOf(),
      layer = layerNow(state);
    return { layer, state, places: placesOf(state, layer) };
  };
  const change = (values) => {
    runner.pause();
    put(model, { steps: null, ...values });
  };
  /** Chooses a cell; where a sum is on its way, it is taken to this cell. */
  function choose(values) {
    if (runner.playing()) return;
    const { layer, state, places } = placesNow(),
      next = { ...places, ...values };
    if (Object.entries(values).every(([name, value]) => String(state[name]) === String(value))) return;
    const stepped = state.steps !== null && !("weight" in values);
    put(model, { ...values, ...(stepped ? { steps: stepAt(layer, next.view, next) } : {}) });
  }
  const runner = player({
    label: "Summing",
    speeds: [1, 2, 5, 20],
    speed: 2,
    replay: true,
    onStep() {
      const { layer, state, places } = placesNow(),
        all = stepsOf(layer, places.view),
        steps = Math.min(all, (state.steps ?? 0) + 1);
      for (const [name, value] of Object.entries({ steps, ...chosenBy(layer, places.view, steps) }))
        model.set(name, value);
      return steps < all;
    },
    onFrame() {
      if (!runner.playing()) model.save_changes(); // while it plays the kernel would get every frame
      draw();
    },
    onReset: () => put(model, { steps: null }),
    onPause: () => model.save_changes(),
  });

  const example = menu({
    label: "Example",
    options: [["", "your own"], ...[...presets.keys()].map((name) => [name, name])],
    onInput: (name) => name && change({ ...presets.get(name), channel: 0, filter: 0, output: [0, 0] }),
  });
  const layerMenu = menu({ label: "Layer", options: LAYER_NAMES, onInput: (layer) => change({ layer }) }),
    viewChoice = choice({
      label: "Look at",
      options: VIEW_NAMES,
      value: "scatter",
      onInput: (view) => change({ view }),
    }),
    flip = toggle({ label: "flip the kernel", value: true, onInput: (value) => put(model, { flip: value }) }),
    controls = controlsOf(model, change);

  const pointAtPixel = (ch) => (i, j) => {
    const { layer, places } = placesNow();
    if (places.view === "gather" && inside(layer, i, j))
      choose({ channel: ch, pixel: [i - layer.tall.before, j - layer.wide.before] });
  };
  const pointAtWeight = (f, ch) => (u, v) =>
    placesNow().places.view === "kernel" && choose({ filter: f, channel: ch, weight: [u, v] });
  const pointAtOutput = (f) => (r, c) => placesNow().places.view !== "gather" && choose({ filter: f, output: [r, c] });
  const image = block("Input", [1, 2], "x", (_, ch) => ({
    onEdit(i, j, value) {
      const { layer } = placesNow();
      put(model, { image: replacedIn(model.get("image"), [ch, i - layer.tall.before, j - layer.wide.before, value]) });
    },
    onPoint: pointAtPixel(ch),
  }));
  const kernel = block("Kernel", [2, 2], "w", (f, ch) => ({
    onEdit(i, j, value) {
      const { state, layer, places } = placesNow();
      const [u, v] = isFlipped(state, places) ? [layer.tall.taps - 1 - i, layer.wide.taps - 1 - j] : [i, j];
      const weights = state.weights.map((one, n) => (n === f ? listed(layer.channels, (c) => layer.slice(n, c)) : one));
      put(model, { weights: evened(replacedIn(weights, [f, ch, u, v, value])) });
    },
    onPoint: pointAtWeight(f, ch),
  }));
  const output = block("Output", [2, 1], "y", (f) => ({ onPoint: pointAtOutput(f) }));
  const errors = block("Errors", [2, 1], "e", (f) => ({
    onEdit(i, j, value) {
      const { layer, places } = placesNow(),
        [r, c] = places.view === "gather" ? spreadOf(layer)[f][i][j] : [i, j];
      put(model, { errors: replacedIn(layer.errors, [f, r, c, value]) });
    },
    onPoint: pointAtOutput(f),
  }));
  const inputGradient = block("Gradient of the input", [1, 2], "dx", (_, ch) => ({ onPoint: pointAtPixel(ch) }));
  const kernelGradientBlock = block("Gradient of the kernel", [2, 2], "dw", (f, ch) => ({
    onPoint: pointAtWeight(f, ch),
  }));
  const bias = h("p", { class: "sg-bias" });
  kernelGradientBlock.el.append(bias);
  const switchTo = (part, view) =>
    part.el.addEventListener("click", (event) => {
      const cell = event.target.closest("[role=gridcell]");
      if (!cell || placesNow().places.view === view) return;
      change({ view });
      cell.dispatchEvent(new PointerEvent("pointerenter"));
    });
  switchTo(inputGradient, "gather");
  switchTo(kernelGradientBlock, "kernel");

  const stage = h(
    "div",
    { class: "sg-stage" },
    [image, kernel, output, inputGradient, kernelGradientBlock, errors].map((part) => part.el),
  );
  const failed = h("p", { class: "xp-failed" }),
    said = status(),
    terms = productTable(),
    head = h("p", { class: "sg-head" }),
    detail = h("div", { class: "xp-panel sg-detail" }, head, terms.el);
  root(el, "Scatter or gather", "Point at an error or click a gradient to see its sum; edit any number.").append(
    h("div", { class: "xp-row sg-row" }, example.el, layerMenu.el, viewChoice.el),
    h("div", { class: "xp-row sg-controls" }, controls.els),
    h("div", { class: "xp-row sg-row" }, runner.el, flip.el),
    failed,
    stage,
    detail,
    said.el,
  );
  const now = { size: 30 }; // what the drawing of this moment shares

  function drawControls(state, { pools, tall, wide }, { view }, all) {
    const own = ([, preset]) => NUMBERS.every((name) => JSON.stringify(state[name]) === JSON.stringify(preset[name]));
    example.set([...presets].find(own)?.[0] ?? "");
    layerMenu.set(state.layer);
    viewChoice.set(view);
    viewChoice.el.querySelectorAll("label")[2].hidden = pools;
    controls.draw(state);
    flip.set(state.flip);
    flip.el.hidden = view !== "gather" || pools;
    if (tall.outputs && wide.outputs && !runner.playing())
      runner.at(Math.min(state.steps ?? 0, all), state.steps !== null && state.steps >= all);
  }

  function drawInput(_state, layer, places) {
    const { tall, wide, x, pools } = layer,
      {
        view,
        filter,
        channel,
        output: [r, c],
        pixel,
      } = places;
    const met = new Map(
      view === "kernel"
        ? products(layer, filter, channel, ...places.weight).map((one) => [`${one.i},${one.j}`, one])
        : [],
    );
    image.caption.replaceChildren(h("b", {}, "Input "), times(tall.size, wide.size), padText(layer));
    image.draw(1, layer.channels, "", (grid, _, ch) => {
      const winners = new Set(pools ? winnersOf(layer, ch) : []);
      grid.update(x[ch], (i, j) => {
        const pad = !inside(layer, i, j),
          one = view === "kernel" && ch === channel ? met.get(`${i},${j}`) : undefined,
          nowIt = one && one.r === r && one.c === c,
          won = winners.has(`${i},${j}`);
        return {
          readonly: pad,
          classes: `${pad ? "pad" : ""} ${nowIt ? "current" : one || won ? "window" : ""}`,
          label: `${pad ? "padding" : "input"}, ${cellName(i, j)}${won ? ", the largest of a window" : ""}`,
          text: short(x[ch][i][j], now.size),
          note: one && `\u00d7${short(one.error, now.size)}`,
        };
      });
      if (view === "gather") grid.frame(ch === channel && aroundPixel(layer, pixel));
      else grid.frame((!pools || ch === filter) && aroundWindow(layer, [r, c]));
    });
  }

  function drawKernel(state, layer, places) {
    const { tall, wide, pools } = layer,
      { view, filter, channel, output: place, weight } = places,
      flips = isFlipped(state, places);
    kernel.el.hidden = pools && view === "gather";
    kernel.caption.replaceChildren(
      h("b", {}, pools ? "Switches " : "Kernel "),
      pools ? "of this window" : flips ? "flipped" : times(tall.taps, wide.taps),
      layer.filters > 1 && layer.channels > 1 && !pools ? ", of f for channel c" : "",
    );
    kernel.draw(pools ? 1 : layer.filters, pools ? 1 : layer.channels, "kernel", (grid, f, ch) => {
      const table = pools
        ? tabled(tall.taps, wide.taps, (u, v) => layer.factor(filter, filter, ...place, u, v))
        : layer.slice(f, ch);
      const values = flips ? flipped(table) : table;
      grid.update(values, (i, j) => {
        const [u, v] = flips ? [tall.taps - 1 - i, wide.taps - 1 - j] : [i, j];
        return {
          readonly: pools,
          label: `${pools ? "switch" : "weight"}, ${cellName(u, v)}`,
          text: short(values[i][j], now.size),
        };
      });
      const on = view === "kernel" && f === filter && ch === channel;
      grid.frame(on && around(weight));
    });
  }

  function drawOutput(state, layer, places) {
    const { tall, wide, pools } = layer,
      { view, filter, channel, output: place, pixel } = places,
      reading = view === "gather" ? gathers(layer, channel, ...pixel).filter(({ from }) => from) : [];
    const values = sumsNow(state).output;
    output.caption.replaceChildren(h("b", {}, "Output "), times(tall.outputs, wide.outputs));
    output.draw(layer.filters, 1, pools ? "channel" : "kernel", (grid, f) => {
      grid.update(values[f], (i, j) => {
        const read = reading.some(({ f: one, from }) => one === f && from[0] === i && from[1] === j);
        return {
          text: short(values[f][i][j], now.size),
          classes: read || (view === "kernel" && f === filter) ? "window" : "",
          label: `output, ${cellName(i, j)}`,
        };
      });
      grid.frame(view !== "gather" && f === filter && around(place));
    });
  }

  function drawErrors(state, layer, places) {
    const { tall, wide, pools } = layer,
      { view, filter, channel, output: place, pixel } = places,
      gather = view === "gather",
      spread = gather && spreadOf(layer),
      taps = new Map(
        gather
          ? gathers(layer, channel, ...pixel, state.flip, spread).map((one) => [`${one.f},${one.a},${one.b}`, one])
          : [],
      );
    errors.caption.replaceChildren(h("b", {}, "Errors "), gather ? spreadText(layer) : "gradient of the output");
    errors.draw(layer.filters, 1, pools ? "channel" : "kernel", (grid, f) => {
      const places = gather ? spread[f] : tabled(tall.outputs, wide.outputs, (r, c) => [r, c]),
        values = places.map((line) => line.map((from) => (from ? layer.errors[f][from[0]][from[1]] : 0)));
      grid.update(values, (a, b) => {
        const from = places[a][b],
          tap = taps.get(`${f},${a},${b}`),
          later = from && !gather && isLater(state, layer, view, f, from);
        return {
          readonly: !from,
          label: from ? `error, ${cellName(...from)}` : "zero between or around the errors",
          classes: `${from ? "" : "pad"} ${later ? "sg-later" : ""} ${tap && tall.dilation * wide.dilation > 1 ? "window" : ""}`,
          text: short(values[a][b], now.size),
          note: tap && `\u00d7${short(tap.factor, now.size)}`,
        };
      });
      if (gather) grid.frame((!pools || f === channel) && around(pixel, tall.span, wide.span));
      else grid.frame(f === filter && around(place));
    });
  }

  function drawInputGradient(state, layer, places) {
    const { tall, wide } = layer,
      { view, filter, channel, output: place, pixel } = places,
      gather = view === "gather",
      steps = state.steps ?? Infinity,
      sums = sumsNow(state),
      one = view === "scatter" && state.steps !== null ? scattered(layer, steps) : sums.scattered,
      other = sums.gathered,
      left = new Map(
        view === "scatter" && state.steps !== 0
          ? deposits(layer, filter, ...place).map((tap) => [`${tap.ch},${tap.i},${tap.j}`, tap])
          : [],
      );
    const apart = tall.dilation * wide.dilation > 1;
    inputGradient.caption.replaceChildren(
      h("b", {}, "Its gradient"),
      view === "kernel" ? "" : gather ? " by gather (✓ by scatter too)" : " by scatter (✓ by gather too)",
    );
    inputGradient.draw(1, layer.channels, "", (grid, _, ch) => {
      grid.update(one[ch], (i, j) => {
        const [row, column] = [i - tall.before, j - wide.before],
          pad = !inside(layer, i, j),
          sum = one[ch][i][j],
          read = pad ? 0 : other[ch][row][column],
          open = gather && stepAt(layer, "gather", { channel: ch, pixel: [row, column] }) > steps,
          [value, target] = gather ? [read, sum] : [sum, read],
          tap = left.get(`${ch},${i},${j}`),
          even = Math.abs(value - target) < 1e-9;
        const check = view === "kernel" || pad ? undefined : even && !open ? "\u2713" : short(target, now.size);
        return {
          classes: `${pad ? "pad" : ""} ${open ? "sg-open" : ""} ${tap?.factor && (layer.pools || apart) ? "window" : ""}`,
          text: open || (pad && !value) ? "" : short(value, now.size),
          note: tap && (!layer.pools || tap.factor) ? plus(tap.product).replace(" ", "") : check,
          label: pad
            ? `lost on padding, ${cellName(row, column)}`
            : `gradient of input, ${cellName(row, column)}${view === "kernel" ? "" : even ? ", equal by both ways" : `, ${gather ? "scatter" : "gather"} gives ${format(target)}`}`,
          selected: gather ? ch === channel && row === pixel[0] && column === pixel[1] : undefined,
        };
      });
      if (gather) grid.frame(ch === channel && aroundPixel(layer, pixel));
      else grid.frame(view === "scatter" && (!layer.pools || ch === filter) && aroundWindow(layer, place));
    });
  }

  function drawKernelGradient(state, layer, places) {
    const { view, filter, channel, weight } = places,
      steps = view === "kernel" ? (state.steps ?? Infinity) : Infinity,
      values = kernelGradient(layer, steps);
    kernelGradientBlock.el.hidden = layer.pools;
    if (layer.pools) return;
    kernelGradientBlock.caption.replaceChildren(h("b", {}, "Its gradient"));
    kernelGradientBlock.draw(layer.filters, layer.channels, "kernel", (grid, f, ch) => {
      const on = view === "kernel" && f === filter && ch === channel;
      grid.update(values[f][ch], (u, v) => ({
        text: short(values[f][ch][u][v], now.size),
        label: `gradient of weight, ${cellName(u, v)}`,
        selected: on ? u === weight[0] && v === weight[1] : undefined,
      }));
      grid.frame(on && around(weight));
    });
    const sums = biasGradient(layer, steps).map((value) => format(value));
    bias.textContent = `of the bias: ${sums.join(", ")}`;
  }

  function drawTerms(state, layer, places) {
    const { wide, pools } = layer,
      { view, filter, channel, output: place, pixel, weight } = places;
    if (view === "scatter") {
      const left = deposits(layer, filter, ...place);
      head.textContent = `What the error of output ${cellName(...place)} leaves: the error times ${pools ? "each switch" : "each weight"}`;
      const parts = [...new Set(left.map(({ ch }) => ch))];
      terms.draw(
        parts.map((ch) => ({
          title: parts.length > 1 ? `c = ${ch}` : "",
          columns: wide.taps,
          terms: left
            .filter((tap) => tap.ch === ch)
            .map(({ error, factor, product, lost }) => ({ a: error, b: factor, product, quiet: lost })),
        })),
        "",
      );
    } else if (view === "gather") {
      const read = gathers(layer, channel, ...pixel, state.flip),
        parts = [...new Set(read.map(({ f }) => f))];
      head.textContent = `What input ${cellName(...pixel)} reads: errors times ${pools ? "switches" : state.flip ? "the flipped kernel" : "the kernel, not flipped"}`;
      terms.draw(
        parts.map((f) => ({
          title: parts.length > 1 ? `f = ${f}` : "",
          columns: wide.taps,
          terms: read
            .filter((tap) => tap.f === f)
            .map(({ error, factor, product, from }) => ({ a: error, b: factor, product, quiet: !from })),
        })),
        `= ${format(total(read))}`,
      );
    } else {
      const all = products(layer, filter, channel, ...weight).map(({ x, error, product }, n) => ({
        a: x,
        b: error,
        product,
        quiet: n >= (state.steps ?? Infinity),
      }));
      head.textContent = `What weight ${cellName(...weight)} sums: for each output an input times an error`;
      terms.draw(
        [{ title: "", columns: wide.outputs, terms: all }],
        `= ${format(total(all.filter(({ quiet }) => !quiet)))}`,
      );
    }
  }

  function draw() {
    const state = stateOf(),
      trouble = misfit(state),
      layer = layerNow(state),
      places = placesOf(state, layer);
    drawControls(state, layer, places, stepsOf(layer, places.view));
    failed.textContent = trouble;
    failed.hidden = !trouble;
    for (const part of [stage, detail, runner.el]) part.hidden = Boolean(trouble);
    if (!trouble) {
      const { wide, channels, pools } = layer,
        columns = [
          channels * wide.padded,
          (pools ? 1 : channels) * wide.taps,
          places.view === "gather" ? wide.spread : wide.outputs,
        ],
        [arrangement, size] = layout(stage.clientWidth, columns);
      now.size = size;
      stage.dataset.layout = arrangement;
      stage.style.setProperty("--xp-cell", `${size}px`);
      columns.forEach((cells, n) => {
        stage.style.setProperty(`--column-${n}`, `${cells * (size + 1) + 12 * (channels - 1) + 2}px`);
      });
      for (const part of [
        drawInput,
        drawKernel,
        drawOutput,
        drawErrors,
        drawInputGradient,
        drawKernelGradient,
        drawTerms,
      ])
        part(state, layer, places);
    }
    said.say(sentence(state, layer, trouble ? [] : sumsNow(state).equal), "", !runner.playing());
  }

  const unfollow = follow(model, TRAITS, draw);
  const unteach = lesson({ model, el, traits: TRAITS, tours: TOURS, checks: CHECKS, guesses: guessesOf() });

  function guessesOf() {
    const where = () => {
      const { layer, places } = placesNow();
      return { layer, places, pixel: `${cellName(...places.pixel)}${ofChannel(layer, places.channel)}` };
    };
    const fits = () => !misfit(stateOf());
    return {
      input_gradient: {
        question: () => `Which number is the gradient of the input at ${where().pixel}?`,
        answer() {
          const { layer, places } = where();
          return fits() ? total(gathers(layer, places.channel, ...places.pixel)) : NaN;
        },
        because() {
          const { layer, places } = where();
          return gatherText(layer, places, true);
        },
        cover: [inputGradient.el, detail, said.el],
      },
      reached_by: {
        question: () => `How many errors reach the input at ${where().pixel}?`,
        min: 0,
        answer: () => (fits() ? reachedBy(stateOf()) : NaN),
        because() {
          const { layer, places } = where();
          return gatherText(layer, places, true);
        },
        cover: [inputGradient.el, output.el, errors.el, detail, said.el],
      },
      weight_gradient: {
        question() {
          const { layer, places } = where();
          return `Which number is the gradient of the weight at ${cellName(...places.weight)}${ofKernel(layer, places.filter)}${ofChannel(layer, places.channel)}?`;
        },
        answer() {
          const { layer, places } = where();
          if (!fits() || layer.pools) return NaN;
          return total(products(layer, places.filter, places.channel, ...places.weight));
        },
        because() {
          const { layer, places } = where();
          return kernelText(layer, places, null);
        },
        cover: [kernelGradientBlock.el, detail, said.el],
      },
    };
  }

  const observer = new ResizeObserver(draw);
  observer.observe(el);
  return () => {
    observer.disconnect();
    runner.stop();
    unfollow();
    unteach();
    said.stop();
  };
}

/** The block of cells that a frame goes around. */
const around = ([row, column], rows = 1, columns = 1) => ({ row, column, rows, columns });
const aroundWindow = ({ tall, wide }, [r, c]) => around([r * tall.stride, c * wide.stride], tall.span, wide.span);
const aroundPixel = ({ tall, wide }, [i, j]) => around([i + tall.before, j + wide.before]);

/** A nested list with one number replaced: [...indices, value]. */
function replacedIn(list, [first, second, third, ...rest]) {
  if (rest.length === 1) return list.map((one, n) => (n === first ? replaced(one, second, third, rest[0]) : one));
  return list.map((one, n) => (n === first ? replacedIn(one, [second, third, ...rest]) : one));
}

/** Kernels with as many tables each, where one has got some of its own. */
function evened(weights) {
  const most = Math.max(...weights.map((one) => one.length));
  return weights.map((one) => listed(most, (ch) => one[Math.min(ch, one.length - 1)]));
}

/** Whether the kernel is shown flipped. */
const isFlipped = ({ flip, layer }, { view }) => view === "gather" && flip && layer !== "max_pooling";

/** Whether an error is still to come in a sum that is on its way. */
const isLater = ({ steps }, layer, view, f, output) =>
  steps !== null && stepAt(layer, view, { filter: f, output }) > steps;

/** Where the largest number of each window stands, as texts. */
const winnersOf = (layer, ch) =>
  tabled(layer.tall.outputs, layer.wide.outputs, (r, c) => {
    const { i, j } = reads(layer, ch, r, c).find(({ factor }) => factor);
    return `${i},${j}`;
  }).flat();

const padText = ({ tall, wide }) => (tall.before || wide.before ? `, padded ${times(tall.padded, wide.padded)}` : "");
const spreadText = ({ tall, wide }) =>
  `with zeros${tall.stride * wide.stride > 1 ? " between and" : ""} around: ${times(tall.spread, wide.spread)}`;

export default { render };
