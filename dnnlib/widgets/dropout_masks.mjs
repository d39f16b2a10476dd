// All masks at once: a small network under every mask of dropout, their exact mean, and the network in use.

import { chart } from "./shared/chart.mjs";
import { edgesOf, readable } from "./shared/chart_numbers.mjs";
import { flag, number, oneOf, whole } from "./shared/link.mjs";
import { generator } from "./shared/random.mjs";
import { arrowOf, draggable } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { player } from "./shared/player.mjs";
import { button, choice, clamp, counter, figure, follow, format, h, many, menu } from "./shared/ui.mjs";
import { put, remembered, root, slider, status, svg, toggle, traitsOf } from "./shared/ui.mjs";

const NETWORK = ["hidden", "activation", "output", "rate", "scale", "input", "seed"];
const STATE = [...NETWORK, "dropped", "draws"];
const UNITS = 8,
  REACH = 2,
  DRAWS = 2000,
  BINS = 40;
const CLASSES = ["A", "B", "C"];
const ACTIVATIONS = { linear: (z) => z, relu: (z) => Math.max(z, 0), tanh: Math.tanh };
const sum = (values) => values.reduce((total, value) => total + value, 0);

// ---- The network ----

/** Kernels [inputs][units] and biases of each layer, from the seed: normal numbers, the kernels' of variance 2 / inputs. */
export function layersOf({ hidden, output, seed }) {
  const { normal } = generator(2 * seed),
    sizes = [2, ...hidden, output === "softmax" ? CLASSES.length : 1];
  return sizes.slice(1).map((units, n) => ({
    kernel: Array.from({ length: sizes[n] }, () =>
      Array.from({ length: units }, () => normal() * Math.sqrt(2 / sizes[n])),
    ),
    bias: Array.from({ length: units }, () => 0.3 * normal()),
  }));
}

export const unitsOf = ({ hidden }) => sum(hidden);

/** Of one mask, whose bit k is set where unit k is dropped: what the units hand on, and the scores of the output. */
export function run(state, layers, mask, gain = 1) {
  let x = state.input,
    first = 0;
  const handed = [];
  layers.forEach(({ kernel, bias }, n) => {
    const z = bias.map((b, unit) => b + sum(x.map((value, i) => value * kernel[i][unit])));
    if (n === layers.length - 1) {
      x = z;
      return;
    }
    const from = first;
    x = z.map((one, unit) => ((mask >> (from + unit)) & 1 ? 0 : gain * ACTIVATIONS[state.activation](one)));
    first += z.length;
    handed.push(x);
  });
  return { handed, scores: x };
}

function softmax(scores) {
  const most = Math.max(...scores),
    powers = scores.map((one) => Math.exp(one - most)),
    total = sum(powers);
  return powers.map((one) => one / total);
}
const outputOf = ({ output }, scores) => (output === "softmax" ? softmax(scores) : scores);

const bits = (mask) => (mask ? (mask & 1) + bits(mask >> 1) : 0);
/** The probability of a mask that drops so many of n units. */
export const probabilityOf = (rate, dropped, n) => rate ** dropped * (1 - rate) ** (n - dropped);
/** What stays is multiplied by this while the network trains. */
export const gainOf = ({ scale, rate }) => (scale ? 1 / (1 - rate) : 1);

/**
 * Everything about all masks: { probabilities, outputs, mean, geometric, inUse, spread }, the last four a number for
 * each output; geometric is the normalised geometric mean, null but for softmax; spread a standard deviation.
 */
export function ensemble(state) {
  const n = unitsOf(state),
    layers = layersOf(state),
    gain = gainOf(state),
    masks = Array.from({ length: 2 ** n }, (_, mask) => mask);
  const probabilities = masks.map((mask) => probabilityOf(state.rate, bits(mask), n)),
    scores = masks.map((mask) => run(state, layers, mask, gain).scores),
    outputs = scores.map((one) => outputOf(state, one));
  const places = [...outputs[0].keys()],
    over = (f) => places.map((k) => sum(masks.map((mask) => probabilities[mask] * f(outputs[mask][k], k))));
  const mean = over((value) => value),
    spread = over((value, k) => (value - mean[k]) ** 2).map(Math.sqrt);
  const geometric = state.output === "softmax" ? softmax(over((value) => Math.log(value))) : null;
  return { probabilities, outputs, mean, geometric, spread, inUse: outputOf(state, run(state, layers, 0).scores) };
}

/** The masks that are drawn, so many of them. */
export function drawn(state, count) {
  const { uniform } = generator(2 * state.seed + 1),
    n = unitsOf(state);
  return Array.from({ length: count }, () => {
    let mask = 0;
    for (let k = 0; k < n; k++) if (uniform() < state.rate) mask |= 1 << k;
    return mask;
  });
}

/** The mean of a list's first number, first two numbers, and so on. */
export function running(values) {
  let total = 0;
  return values.map((value, i) => {
    total += value;
    return total / (i + 1);
  });
}

/** The mask of the units that are dropped in the drawing. */
export const maskOf = (state) => state.dropped.reduce((mask, k) => (k < unitsOf(state) ? mask | (1 << k) : mask), 0);
const droppedOf = (mask) => Array.from({ length: UNITS }, (_, k) => k).filter((k) => (mask >> k) & 1);

// ---- Words ----

/** The least and the largest of numbers, with a little room. */
const rangeOf = (values) => {
  const low = Math.min(...values),
    high = Math.max(...values),
    room = 0.05 * (high - low) || 0.5;
  return [low - room, high + room];
};
const tiny = (value) => (Math.abs(value) < 1e-12 ? 0 : value);
const say = (value) => readable(tiny(value));
const signed = (value) => (tiny(value) > 0 ? `+${say(value)}` : say(value));
const percent = (value) => `${readable(100 * value)}\u00a0%`;

/** Whether mean and network in use are equal whatever the weights: every path meets the masks linearly. */
const linear = ({ activation, hidden, output, scale }) =>
  scale && output === "number" && (activation === "linear" || hidden.length === 1);

/** The state in a few sentences. */
export function sentence(state, { mean, inUse, spread, geometric }) {
  const n = unitsOf(state),
    what = state.output === "softmax" ? "probability of class A" : "output",
    gap = inUse[0] - mean[0];
  const share = spread[0] > 1e-12 && tiny(gap) ? `, ${percent(Math.abs(gap) / spread[0])} of their spread` : "";
  const equal = tiny(gap) ? `a gap of ${signed(gap)}${share}` : "the same";
  const also =
    geometric === null
      ? ""
      : geometric.every((one, k) => Math.abs(one - inUse[k]) < 1e-12)
        ? " The normalised geometric mean is that of the network in use exactly."
        : ` The normalised geometric mean gives ${say(geometric[0])}.`;
  return (
    `${many(2 ** n, "mask")} of ${many(n, "unit")}: the mean ${what} is ${say(mean[0])}, and the network in use, ` +
    `which drops nothing, gives ${say(inUse[0])}: ${equal}.${also}`
  );
}

/** Why the two are equal, or are not. */
export function reason(state, { mean, inUse, geometric }) {
  const { scale, rate, output, hidden, activation } = state;
  if (!rate) return "At rate 0 only one mask ever comes: the one that drops nothing.";
  if (!scale)
    return (
      `Nothing makes up for what is dropped: in training a unit hands on ${format(1 - rate)} of its value on average, ` +
      `in use all of it, ${format(1 / (1 - rate))} times as much${hidden.length > 1 ? ", and the next layer again" : ""}.`
    );
  if (linear(state))
    return activation === "linear"
      ? "Linear units: the output is a sum over paths, and no path meets a mask twice. So the mean over masks may be taken inside."
      : "The dropped layer feeds a linear output: there the mean over masks is the mean of a sum.";
  if (output === "softmax" && geometric.every((one, k) => Math.abs(one - inUse[k]) < 1e-12))
    return (
      "The scores are linear in the masks, so their mean is that of the network in use. Softmax of mean scores is the " +
      "normalised geometric mean of the softmaxes; the ordinary mean is another number."
    );
  if (inUse.every((one, k) => Math.abs(one - mean[k]) < 1e-12))
    return "Here, by chance, the second layer bends nowhere: every unit of it is on, or off, under all masks.";
  return `Masks of the first layer pass a bend, ${activation === "relu" ? "ReLU" : activation}, in the second. The mean of a bent function is not the function of the mean.`;
}

// ---- The view ----

/** The input as a point of a square, to be dragged. now() is its value. */
function pad(now, move) {
  const dot = h("i", { class: "dm-dot" });
  const el = h(
    "div",
    {
      class: "dm-pad",
      role: "slider",
      tabindex: 0,
      "aria-label": "Input",
      "aria-valuemin": -REACH,
      "aria-valuemax": REACH,
    },
    h("span", { class: "dm-axis across" }),
    h("span", { class: "dm-axis up" }),
    dot,
  );
  const bounded = (place) => place.map((one) => Math.round(100 * clamp(one, -REACH, REACH)) / 100);
  draggable(el, {
    onMove(x, y) {
      const { offsetWidth: width, offsetHeight: height } = el;
      move(bounded([(x / width - 0.5) * 2 * REACH, (0.5 - y / height) * 2 * REACH]));
    },
    onKey(event) {
      const to = arrowOf(event);
      if (to) move(bounded(now().map((value, i) => value + to[i] / 10)));
      return to;
    },
  });
  function draw([x, y]) {
    dot.style.left = `${50 + (50 * x) / REACH}%`;
    dot.style.top = `${50 - (50 * y) / REACH}%`;
    el.setAttribute("aria-valuenow", x);
    el.setAttribute("aria-valuetext", `x1 ${format(x)}, x2 ${format(y)}`);
  }
  return { el, draw };
}

/** The network with the units of one mask; units are buttons that drop and keep. */
function picture(onUnit) {
  const lines = svg("svg", {
      class: "dm-lines",
      viewBox: "0 0 100 100",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    }),
    nodes = h("div", { class: "dm-nodes", role: "group", "aria-label": "Hidden units, to drop and keep" }),
    el = h("div", { class: "dm-net" }, lines, nodes);
  let key = "",
    units = [],
    ends = [],
    edges = [];
  const across = (layer, layers) => 8 + (84 * layer) / (layers - 1),
    down = (unit, count) => (100 * (unit + 0.5)) / count;
  function build(sizes) {
    const place = (layer, unit) => `left:${across(layer, sizes.length)}%;top:${down(unit, sizes[layer])}%`;
    units = [];
    ends = [];
    edges = [];
    sizes.forEach((count, layer) => {
      for (let unit = 0; unit < count; unit++) {
        const at = place(layer, unit);
        if (layer === 0 || layer === sizes.length - 1) ends.push(h("span", { class: "dm-end", style: at }));
        else {
          const k = units.length;
          units.push(button("", () => onUnit(k), { class: "dm-unit", style: at }));
        }
        for (let from = 0; layer && from < sizes[layer - 1]; from++) {
          const [x1, x2] = [across(layer - 1, sizes.length), across(layer, sizes.length)];
          const line = svg("path", {
            d: `M${x1} ${down(from, sizes[layer - 1])}L${x2} ${down(unit, count)}`,
            "vector-effect": "non-scaling-stroke",
          });
          edges.push({ line, layer: layer - 1, from, unit });
        }
      }
    });
    lines.replaceChildren(...edges.map(({ line }) => line));
    nodes.replaceChildren(...units, ...ends);
  }
  function draw(state, layers, mask, handed) {
    const sizes = [2, ...state.hidden, layers.at(-1).bias.length];
    if (key !== sizes.join()) build(sizes);
    key = sizes.join();
    const off = (layer, unit) =>
      layer > 0 && layer < sizes.length - 1 && (mask >> (sum(sizes.slice(1, layer)) + unit)) & 1;
    for (const { line, layer, from, unit } of edges) {
      const weight = layers[layer].kernel[from][unit];
      line.setAttribute("class", off(layer, from) || off(layer + 1, unit) ? "gone" : weight < 0 ? "neg" : "pos");
      line.setAttribute("stroke-width", clamp(2.2 * Math.abs(weight), 0.4, 5).toFixed(2));
    }
    const values = handed.flat();
    units.forEach((one, k) => {
      const gone = (mask >> k) & 1,
        layer = k < state.hidden[0] ? 1 : 2;
      const shown = gone ? "\u00d7" : format(values[k], Math.abs(values[k]) < 9.95 ? 1 : 0);
      one.textContent = shown;
      one.setAttribute("aria-pressed", Boolean(gone));
      const place = k - (layer === 2 ? state.hidden[0] : 0) + 1;
      one.setAttribute("aria-label", `Drop unit ${place} of layer ${layer}${gone ? "" : `, which hands on ${shown}`}`);
    });
    const names = [...["x\u2081", "x\u2082"], ...(state.output === "softmax" ? CLASSES : ["y"])];
    ends.forEach((one, k) => {
      one.textContent = names[k];
    });
  }
  return { el, draw };
}

/** What a link may set, as Python has it. */
export const CHECKS = {
  hidden: (value) =>
    Array.isArray(value) &&
    whole(value.length, 1, 2) &&
    value.every((units) => whole(units, 1, UNITS)) &&
    sum(value) <= UNITS,
  activation: oneOf(...Object.keys(ACTIVATIONS)),
  output: oneOf("number", "softmax"),
  rate: (value) => number(value) && value >= 0 && value <= 0.9,
  scale: flag,
  input: (value) =>
    Array.isArray(value) && value.length === 2 && value.every((one) => number(one) && Math.abs(one) <= REACH),
  seed: (value) => whole(value, 0, 9999),
  dropped: (value) => Array.isArray(value) && value.length <= UNITS && value.every((k) => whole(k, 0, UNITS - 1)),
  draws: (value) => whole(value, 0, DRAWS),
};

const PLAIN = {
  hidden: [4, 4],
  activation: "linear",
  output: "number",
  rate: 0.5,
  scale: true,
  input: [1, -0.5],
  seed: 18,
  dropped: [],
  draws: 0,
};
const TOURS = {
  masks: [
    [
      PLAIN,
      "A linear network, eight units, 256 masks. Their outputs lie far apart, yet their mean is exactly what the network in use gives.",
    ],
    [
      { ...PLAIN, activation: "relu" },
      "The same weights with ReLU. The mean and the network in use come apart: the gap is a number now.",
    ],
    [
      { ...PLAIN, activation: "relu", hidden: [8], input: [0.5, 1.5] },
      "One hidden layer of eight: the dropped units feed the output directly, and the gap is 0 again, ReLU or not.",
    ],
    [
      { ...PLAIN, activation: "relu", hidden: [8], input: [0.5, 1.5], scale: false },
      "The scale is left out: in training half of each sum is missing, in use it is not. The network in use answers beside the masks' mean.",
    ],
    [
      { ...PLAIN, activation: "relu", hidden: [8], output: "softmax" },
      "Three classes by softmax: the ordinary mean is another number, the normalised geometric mean is the network in use.",
    ],
  ],
};

/** The ensemble, and the masks as they will be drawn. */
function dataOf(state) {
  const found = ensemble(state),
    order = drawn(state, DRAWS);
  return { ...found, layers: layersOf(state), order, means: running(order.map((mask) => found.outputs[mask][0])) };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, STATE),
    change = (values) => put(model, values),
    /** Another network: what was drawn of the last one counts no more, and a step that is due must not write it back. */
    renew = (values) => {
      play.pause();
      change({ ...values, draws: 0 });
    },
    data = remembered(NETWORK, dataOf);

  const setHidden = (place) => (units) => {
    const hidden = [...model.get("hidden"), 0].slice(0, 2).map((old, n) => (n === place ? units : old));
    renew({ hidden: hidden.filter(Boolean), dropped: [] });
  };
  const first = counter({ label: "Layer 1", min: 1, max: UNITS, value: 4, onInput: setHidden(0) }),
    second = counter({ label: "Layer 2", min: 0, max: UNITS, value: 4, onInput: setHidden(1) });
  const activation = menu({
    label: "Activation",
    options: [
      ["linear", "linear"],
      ["relu", "ReLU"],
      ["tanh", "tanh"],
    ],
    onInput: (value) => renew({ activation: value }),
  });
  const output = choice({
    label: "Output",
    value: "number",
    options: [
      ["number", "a number"],
      ["softmax", "softmax"],
    ],
    onInput: (value) => renew({ output: value }),
  });
  const rate = slider({
    label: "Rate",
    min: 0,
    max: 0.9,
    step: 0.05,
    value: 0.5,
    onInput: (value) => renew({ rate: value }),
  });
  const scale = toggle({
    label: "scale by 1/(1 \u2212 rate)",
    value: true,
    onInput: (value) => renew({ scale: value }),
  });
  const other = button("Other weights", () => renew({ seed: (model.get("seed") + 1) % 10000 }));

  const square = pad(
    () => model.get("input"),
    (input) => renew({ input }),
  );
  const net = picture((k) => {
    const state = stateOf();
    change({ dropped: droppedOf(maskOf(state) ^ (1 << k)) });
  });
  const kept = h("p", { class: "dm-note" }),
    every = button("Keep every unit", () => change({ dropped: [] }));
  const histogram = chart({ height: 200, reading: false }),
    convergence = chart({ height: 170 });
  const histogramTitle = h("span"),
    histogramFigure = figure(histogramTitle, histogram.el),
    runningFigure = figure("The mean over masks that are drawn one by one", convergence.el);
  const head = h("tr"),
    body = h("tbody"),
    table = h("table", { class: "dm-table", "aria-label": "Means" }, h("thead", {}, head), body),
    why = h("p", { class: "dm-note" }),
    answer = h("div", { class: "dm-answer" }, table, why);
  const said = status();

  let taken = 0;
  const play = player({
    label: "Drawing masks",
    unit: "mask",
    speeds: [2, 20, 200],
    speed: 20,
    onStep() {
      taken += 1;
      return taken < DRAWS;
    },
    onFrame: () => change({ draws: taken, dropped: droppedOf(data(stateOf()).order[taken - 1]) }),
    onReset() {
      taken = 0;
      change({ draws: 0, dropped: [] });
    },
    onPause: () => draw(),
  });

  root(el, "All masks at once", "Every subnetwork that dropout can make, and the network that drops nothing.").append(
    h("div", { class: "xp-row dm-controls" }, first.el, second.el, activation.el, output.el, rate.el, scale.el, other),
    h(
      "div",
      { class: "dm-stage" },
      h(
        "div",
        { class: "dm-left" },
        figure("One subnetwork: click units to drop them; orange weights are negative", net.el),
        h("div", { class: "dm-under" }, figure("Drag the input", square.el), h("div", {}, kept, every)),
      ),
      h("div", { class: "dm-right" }, histogramFigure, answer),
    ),
    said.el,
    h("div", { class: "dm-draws" }, play.el, runningFigure),
  );

  function drawTable(state, found, own) {
    const names = state.output === "softmax" ? CLASSES : ["y"],
      gap = (of) => found.inUse.map((one, k) => one - of[k]);
    const rows = [
      ["mean of all masks", found.mean, say],
      ...(found.geometric ? [["geometric mean, normalised", found.geometric, say]] : []),
      ["network in use", found.inUse, say],
      ["gap to the mean", gap(found.mean), signed],
      ...(found.geometric ? [["gap to the geometric mean", gap(found.geometric), signed]] : []),
      ["spread of the masks", found.spread, say],
      ["this subnetwork", own, say],
    ];
    head.replaceChildren(h("td"), ...names.map((name) => h("th", { scope: "col" }, name)));
    body.replaceChildren(
      ...rows.map(([name, values, text]) =>
        h(
          "tr",
          { class: name.startsWith("gap") ? "dm-gap" : "" },
          h("th", { scope: "row" }, name),
          values.map((value) => h("td", {}, text(value))),
        ),
      ),
    );
    why.textContent = reason(state, found);
  }
  function drawHistogram(state, found, own) {
    const values = found.outputs.map(([one]) => one),
      softmaxed = state.output === "softmax",
      edges = edgesOf(softmaxed ? [0, 1] : [...values, found.inUse[0]], BINS),
      counts = Array(BINS).fill(0),
      width = edges[1] - edges[0];
    values.forEach((value, mask) => {
      counts[clamp(Math.floor((value - edges[0]) / width), 0, BINS - 1)] += found.probabilities[mask];
    });
    const top = Math.max(...counts) * 1.2,
      upright = (x, name, style) => ({ kind: "line", name, style, x: [x, x], y: [0, top] });
    histogram.draw({
      label: "Outputs of all masks, by their probability",
      x: { label: softmaxed ? "probability of class A" : "output", domain: [edges[0], edges[BINS]] },
      y: { label: "probability", domain: [0, top] },
      legend: true,
      marks: [
        { kind: "bars", name: "all masks", edges, counts },
        upright(found.mean[0], "their mean", 1),
        upright(found.inUse[0], "in use", 2),
        { kind: "points", name: "this one", style: 3, x: [own[0]], y: [top / 25] },
      ],
    });
    histogramTitle.replaceChildren(
      h("b", {}, `${2 ** unitsOf(state)} outputs`),
      `, each with the probability of its mask`,
    );
  }
  function drawRunning(state, found) {
    const last = Math.max(state.draws, 20),
      x = Array.from({ length: state.draws }, (_, i) => i + 1),
      level = (value, name, style) => ({ kind: "line", name, style, x: [0, last], y: [value, value] });
    convergence.draw({
      label: "Mean over drawn masks",
      x: { label: "masks drawn", domain: [0, last] },
      y: {
        label: state.output === "softmax" ? "probability of class A" : "output",
        domain: rangeOf([found.mean[0] - found.spread[0], found.mean[0] + found.spread[0], found.inUse[0]]),
      },
      legend: true,
      marks: [
        { kind: "line", name: "drawn so far", style: 4, x, y: found.means.slice(0, state.draws) },
        level(found.mean[0], "mean of all", 1),
        level(found.inUse[0], "in use", 2),
      ],
    });
  }

  function draw() {
    const state = stateOf(),
      found = data(state),
      n = unitsOf(state),
      mask = maskOf(state);
    const elsewhere = play.playing() && state.draws !== taken;
    taken = state.draws;
    if (elsewhere) play.pause();
    if (play.steps() !== taken) play.at(taken, taken >= DRAWS);
    first.set(state.hidden[0], { max: UNITS - (state.hidden[1] ?? 0) });
    second.set(state.hidden[1] ?? 0, { max: UNITS - state.hidden[0] });
    activation.set(state.activation);
    output.set(state.output);
    rate.set(state.rate);
    scale.set(state.scale);
    square.draw(state.input);
    const { handed, scores } = run(state, found.layers, mask, gainOf(state)),
      own = outputOf(state, scores);
    net.draw(state, found.layers, mask, handed);
    kept.textContent = `${n - bits(mask)} of ${many(n, "unit")} kept; this mask has the probability ${percent(found.probabilities[mask])}.`;
    drawHistogram(state, found, own);
    drawTable(state, found, own);
    drawRunning(state, found);
    const drawnText = state.draws
      ? `The mean of ${many(state.draws, "mask")} drawn is ${say(found.means[state.draws - 1])}.`
      : "";
    said.say([sentence(state, found), drawnText].filter(Boolean).join(" "), why.textContent, !play.playing());
  }
  const unfollow = follow(model, STATE, draw);
  const unteach = lesson({
    model,
    el,
    traits: STATE,
    checks: CHECKS,
    tours: TOURS,
    guesses: {
      in_use: {
        question: () => {
          const state = stateOf(),
            { mean } = data(state),
            what = state.output === "softmax" ? "probability of class A" : "output";
          return (
            `Each of ${many(2 ** unitsOf(state), "mask")} makes its own subnetwork; their exact mean ${what} is ${say(mean[0])}. ` +
            `What does the network in use give, which drops nothing${state.scale ? "" : " and scales nothing"}?`
          );
        },
        decimals: 3,
        answer: () => data(stateOf()).inUse[0],
        cover: [histogramFigure, answer, runningFigure, said.el],
      },
      undropped: {
        question: () => {
          const state = stateOf();
          return `Each of ${many(unitsOf(state), "unit")} is dropped with probability ${format(state.rate)}. In how many of 100 draws is none dropped?`;
        },
        decimals: 2,
        answer: () => 100 * probabilityOf(model.get("rate"), 0, unitsOf(stateOf())),
        cover: [kept],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    said.stop();
    play.stop();
    histogram.stop();
    convergence.stop();
  };
}

export default { render };
