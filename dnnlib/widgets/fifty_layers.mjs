// Fifty layers: how large activations and gradients are in each layer of a deep net as it starts, measured and predicted.

import { chart } from "./shared/chart.mjs";
import { edgesOf, histogramOf, readable } from "./shared/chart_numbers.mjs";
import { lesson } from "./shared/lesson.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { INITIALIZERS } from "./shared/network.mjs";
import { generator } from "./shared/random.mjs";
import { button, choice, clamp, figure, follow, format, h, many, menu, put, root } from "./shared/ui.mjs";
import { percent, slider, status, traitsOf } from "./shared/ui.mjs";

const BATCH = 32,
  NETWORKS = 10, // draws of weights that make the band
  BUDGET = [2, 4], // milliseconds of a frame for measuring: an eighth of its time
  BINS = 31,
  EXTREME = 100; // a size that changes by more than this factor vanishes or explodes
const STATE = ["scheme", "gain", "stddev", "activation", "slope", "width", "ratio", "depth", "seed", "layer"];

// ---- Activations ----

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
/** By name the function of a sum and its derivative; a is the slope below zero of the leaky one. */
const ACTIVATIONS = {
  linear: { f: (z) => z, df: () => 1 },
  relu: { f: (z) => Math.max(z, 0), df: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { f: (z, a) => (z > 0 ? z : a * z), df: (z, a) => (z > 0 ? 1 : a) },
  tanh: { f: Math.tanh, df: (z) => 1 - Math.tanh(z) ** 2, steepest: 1 },
  sigmoid: { f: sigmoid, df: (z) => sigmoid(z) * (1 - sigmoid(z)), steepest: 0.25 },
};
const SATURATED = 0.05; // a curve is saturated where it is less steep than this share of its steepest slope

/**
 * Of sums that are normal with mean 0 and deviation s: the root of the mean square of their activations, and the mean
 * square of the activation's slopes. Exact for those with a corner; of tanh and the sigmoid, by the trapezoid rule, whose
 * error for functions as smooth as these is about that of rounding.
 */
export function moments(activation, s, a = 0) {
  if (activation === "linear") return { size: s, slope: 1 };
  if (activation === "relu" || activation === "leaky_relu") {
    const half = (1 + (activation === "relu" ? 0 : a * a)) / 2;
    return { size: s * Math.sqrt(half), slope: half };
  }
  const odd = activation === "tanh",
    step = Math.min(0.25, 0.25 / s);
  let size = 0,
    slope = 0,
    total = 0;
  for (let z = 0; z < 9; z += step) {
    const weight = Math.exp((-z * z) / 2) * (z ? 2 : 1), // both functions are symmetric: z stands for -z too
      y = ACTIVATIONS[activation].f(s * z);
    // Divided by s, the squares of a tiny tanh are not too small for a number
    size += weight * (odd ? (s && y / s) ** 2 : (y ** 2 + (1 - y) ** 2) / 2);
    slope += weight * (odd ? 1 - y ** 2 : y * (1 - y)) ** 2;
    total += weight;
  }
  return { size: Math.sqrt(size / total) * (odd ? s : 1), slope: slope / total };
}

// ---- Weights ----

/** How many units the inputs and each layer have: every second layer is narrower by the ratio. */
export const sizesOf = ({ depth, width, ratio }) =>
  Array.from({ length: depth + 1 }, (_, l) => (l % 2 ? width / ratio : width));

/** The slope below zero that counts: that of the leaky unit, else none. */
const leakOf = ({ activation, slope }) => (activation === "leaky_relu" ? slope : 0);

const GLOROT = (_, fanIn, fanOut) => 2 / (fanIn + fanOut);
const HE = (state, fanIn) => 2 / ((1 + leakOf(state) ** 2) * fanIn);
const [, UNIFORM] = INITIALIZERS.he_uniform,
  [, CUT] = INITIALIZERS.he_normal; // draws of variance 1, as the small network of the kit has them
/** By name the variance of a weight before the gain, and how one of variance 1 is drawn. */
const SCHEMES = {
  zeros: [() => 0, () => 0],
  random_normal: [({ stddev }) => stddev ** 2, ({ normal }) => normal()],
  glorot_uniform: [GLOROT, UNIFORM],
  glorot_normal: [GLOROT, CUT],
  he_uniform: [HE, UNIFORM],
  he_normal: [HE, CUT],
  lecun_normal: [(_, fanIn) => 1 / fanIn, CUT],
  orthogonal: [(_, fanIn, fanOut) => 1 / Math.max(fanIn, fanOut), null],
};
/** The mean square of the weights of a layer. */
export const varianceOf = (state, fanIn, fanOut) => state.gain ** 2 * SCHEMES[state.scheme][0](state, fanIn, fanOut);

/** Gram and Schmidt's method, modified: makes vectors of one length, one after the other, orthonormal, in place. */
function* orthonormal(vectors, length) {
  for (let from = 0; from < vectors.length; from += length) {
    let norm = 0;
    for (let i = 0; i < length; i++) norm += vectors[from + i] ** 2;
    norm = Math.sqrt(norm);
    for (let i = 0; i < length; i++) vectors[from + i] /= norm;
    for (let other = from + length; other < vectors.length; other += length) {
      let share = 0;
      for (let i = 0; i < length; i++) share += vectors[from + i] * vectors[other + i];
      for (let i = 0; i < length; i++) vectors[other + i] -= share * vectors[from + i];
    }
    yield;
  }
  return vectors;
}

/** A layer's weights (inputs, units), row by row. */
function* kernelOf(state, fanIn, fanOut, random) {
  const kernel = new Float64Array(fanIn * fanOut);
  if (state.scheme === "orthogonal") {
    const length = Math.max(fanIn, fanOut),
      columns = fanIn >= fanOut, // orthonormal columns, else rows: as many as there can be
      vectors = yield* orthonormal(
        kernel.map(() => random.normal()),
        length,
      );
    for (let i = 0; i < fanIn; i++)
      for (let k = 0; k < fanOut; k++)
        kernel[i * fanOut + k] = state.gain * vectors[columns ? k * length + i : i * length + k];
    return kernel;
  }
  const deviation = Math.sqrt(varianceOf(state, fanIn, fanOut)),
    [, draw] = SCHEMES[state.scheme];
  for (let i = 0; i < kernel.length; i++) kernel[i] = deviation * draw(random);
  return kernel;
}

/** These vectors made orthonormal at once. */
export const orthogonalised = (rows) => {
  const length = rows[0].length,
    vectors = finished(orthonormal(Float64Array.from(rows.flat()), length));
  return rows.map((_, k) => Array.from(vectors.subarray(k * length, (k + 1) * length)));
};

// ---- Measuring ----

/** The root of the mean square, also of numbers whose squares would be too small or too large. */
export function rootMeanSquare(values) {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (!largest) return 0;
  let sum = 0;
  for (const value of values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum / values.length);
}

/** x W, of a batch of rows. */
function forwardOf(x, kernel, fanIn, fanOut) {
  const z = new Float64Array(BATCH * fanOut);
  for (let n = 0; n < BATCH; n++)
    for (let i = 0; i < fanIn; i++) {
      const value = x[n * fanIn + i];
      if (value) for (let k = 0; k < fanOut; k++) z[n * fanOut + k] += value * kernel[i * fanOut + k];
    }
  return z;
}

/** g W transposed, of a batch of rows. */
function backwardOf(grad, kernel, fanIn, fanOut) {
  const back = new Float64Array(BATCH * fanIn);
  for (let n = 0; n < BATCH; n++)
    for (let i = 0; i < fanIn; i++) {
      let sum = 0;
      for (let k = 0; k < fanOut; k++) sum += kernel[i * fanOut + k] * grad[n * fanOut + k];
      back[n * fanIn + i] = sum;
    }
  return back;
}

/** How many units are zero for every example of the batch. */
function deadOf(values, units) {
  let dead = 0;
  for (let k = 0; k < units; k++) {
    let alive = false;
    for (let n = 0; n < BATCH && !alive; n++) alive = values[n * units + k] !== 0;
    dead += Number(!alive);
  }
  return dead;
}

/** The share of sums on which the activation is flat: zeros of ReLU, saturated ones of a curve; null where none can be. */
function flatOf({ activation }, z) {
  const { df, steepest } = ACTIVATIONS[activation];
  if (activation !== "relu" && !steepest) return null;
  const least = activation === "relu" ? 0.5 : SATURATED * steepest;
  let flat = 0;
  for (const value of z) flat += Number(df(value) < least);
  return flat / z.length;
}

/**
 * Draws a network of the state, of so many the k-th, and sends a batch of standard normal inputs through it and standard
 * normal gradients back. A generator: what it yields are pauses. Returns { sizes, kernels, h, g, forward, backward,
 * flat, dead }: of the inputs and of each layer the activations, the gradients with respect to them, the root mean square
 * of both; of each layer the share of flat ones and the number of units that are zero for all examples.
 */
function* measuring(state, k = 0) {
  const sizes = sizesOf(state),
    random = generator(NETWORKS * state.seed + k),
    { f, df } = ACTIVATIONS[state.activation],
    a = leakOf(state),
    normals = (units) => Float64Array.from({ length: BATCH * units }, () => random.normal());
  const kernels = [],
    sums = [],
    activations = [normals(sizes[0])],
    gradients = [normals(sizes.at(-1))];
  for (let l = 1; l < sizes.length; l++) {
    kernels.push(yield* kernelOf(state, sizes[l - 1], sizes[l], random));
    yield;
    sums.push(forwardOf(activations.at(-1), kernels.at(-1), sizes[l - 1], sizes[l]));
    activations.push(sums.at(-1).map((z) => f(z, a)));
    yield;
  }
  for (let l = sizes.length - 1; l > 0; l--) {
    const before = gradients[0].map((g, i) => g * df(sums[l - 1][i], a));
    gradients.unshift(backwardOf(before, kernels[l - 1], sizes[l - 1], sizes[l]));
    yield;
  }
  return {
    sizes,
    kernels,
    h: activations,
    g: gradients,
    forward: activations.map(rootMeanSquare),
    backward: gradients.map(rootMeanSquare),
    flat: sums.map((z) => flatOf(state, z)),
    dead: activations.slice(1).map((values, l) => deadOf(values, sizes[l + 1])),
  };
}

/** What a generator returns, without its pauses. */
function finished(job) {
  let step = job.next();
  while (!step.done) step = job.next();
  return step.value;
}

/** All that is measured of a state at once; lists, as tests take them. */
export const measured = (state, k = 0) =>
  Object.fromEntries(
    Object.entries(finished(measuring(state, k))).map(([name, rows]) => [
      name,
      rows.map((row) => (row?.length === undefined ? row : Array.from(row))),
    ]),
  );

/**
 * What is expected of wide layers: { forward, backward }, the root of the mean square, over draws of weights, of each
 * layer's activations and gradients. Forward a layer multiplies the mean square by inputs × variance of a weight × mean
 * square of the activation, backward by units × variance × mean square of its slope.
 */
export function predicted(state) {
  const sizes = sizesOf(state),
    forward = [1],
    slopes = [];
  let last = {};
  for (let l = 1; l < sizes.length; l++) {
    const deviation = forward[l - 1] * Math.sqrt(sizes[l - 1] * varianceOf(state, sizes[l - 1], sizes[l]));
    // Deep in a net of curves the deviation has settled
    if (!(Math.abs(deviation - last.deviation) < 1e-14 * deviation))
      last = { deviation, ...moments(state.activation, deviation, leakOf(state)) };
    forward.push(last.size);
    slopes.push(last.slope);
  }
  const backward = [1];
  for (let l = sizes.length - 1; l > 0; l--)
    backward.unshift(backward[0] * Math.sqrt(sizes[l] * varianceOf(state, sizes[l - 1], sizes[l]) * slopes[l - 1]));
  return { forward, backward };
}

// ---- The guesses ----

/** By which power of ten the activations change from the inputs to the last layer, as predicted; NaN where none are left. */
export function powerForward(state) {
  const { forward } = predicted(state),
    power = Math.log10(forward.at(-1));
  return Number.isFinite(power) ? power : NaN;
}

/** By which power of ten the gradients change from the last layer to the inputs, as predicted. */
export function powerBackward(state) {
  const power = Math.log10(predicted(state).backward[0]);
  return Number.isFinite(power) ? power : NaN;
}

/** The gain with which activations would be as large in the last layer as at the inputs; NaN for curves and zeros. */
export function gainNeeded(state) {
  if (ACTIVATIONS[state.activation].steepest) return NaN;
  const power = powerForward(state);
  return state.gain * 10 ** (-power / state.depth);
}

// ---- Words ----

const NAMES = {
  zeros: "zeros",
  random_normal: "normal, one deviation for all",
  glorot_uniform: "Glorot, uniform",
  glorot_normal: "Glorot, normal",
  he_uniform: "He, uniform",
  he_normal: "He, normal",
  lecun_normal: "LeCun, normal",
  orthogonal: "orthogonal",
};

/** What becomes of these numbers, and in which layer it is plain; layers are counted from the inputs or back to them. */
function fate(values, back) {
  const [from, to] = [values[0], values.at(-1)],
    grows = to > EXTREME * from;
  if (!grows && to >= from / EXTREME) return `they stay within a factor of ${EXTREME}`;
  const at = values.findIndex((one) => (grows ? one > EXTREME * from : one < from / EXTREME)),
    layer = back ? values.length - 1 - at : at;
  return `they ${grows ? "explode" : "vanish"}, ${grows ? "above" : "below"} ${grows ? "the hundredfold" : "a hundredth"} in layer ${layer}`;
}

/** One direction in words: what is measured from the first of these numbers to the last, and what was predicted. */
function journey(values, expected, back) {
  const [from, to] = [values[0], values.at(-1)];
  if (!to) return `from ${readable(from)} to 0: ${fate(values, back)}`;
  const each = readable((to / from) ** (1 / (values.length - 1)));
  return `from ${readable(from)} to ${readable(to)} (predicted ${readable(expected)}), a factor of ${each} a layer: ${fate(values, back)}`;
}

/** The state in a few sentences; without a measurement yet, what is expected. */
export function sentence(state, expected, found) {
  const { depth } = state,
    layers = many(depth, "layer");
  const due = [expected.forward.at(-1), expected.backward[0]].map(readable);
  if (!found)
    return `Predicted for ${layers}: activations go from 1 to ${due[0]}, gradients back from 1 to ${due[1]}. Measuring \u2026`;
  const forward = journey(found.forward, expected.forward.at(-1), false),
    backward = journey([...found.backward].reverse(), expected.backward[0], true);
  return `In ${layers}, activations go ${forward}. Gradients go back ${backward}.${lostText(state, found)}`;
}

/** What is lost in all layers together: units that are zero for all inputs, or the share of saturated answers. */
function lostText({ activation }, { sizes, dead, flat }) {
  const layers = sizes.slice(1),
    units = layers.reduce((sum, one) => sum + one, 0);
  if (activation === "relu")
    return ` ${dead.reduce((sum, one) => sum + one, 0)} of ${many(units, "unit")} are 0 for all ${BATCH} inputs.`;
  if (flat[0] === null) return "";
  const saturated = layers.reduce((sum, one, l) => sum + one * flat[l], 0) / units;
  return ` ${format(100 * saturated, 0)}\u00a0% of all answers are saturated.`;
}

/** What there is to say of one layer. */
export function layerText(state, found, layer) {
  const share = found.flat[layer - 1],
    units = found.sizes[layer];
  const sizes = `root mean square ${readable(found.forward[layer])}, of the gradient ${readable(found.backward[layer])}`;
  if (share === null) return `Layer ${layer}, ${many(units, "unit")}: ${sizes}.`;
  const part = percent(share, 0);
  const flat =
    state.activation === "relu"
      ? `${part} of the activations are 0, ${many(found.dead[layer - 1], "unit")} for all ${BATCH} inputs`
      : `${part} of the units\u2019 answers are saturated (slope below ${100 * SATURATED}\u00a0% of the steepest)`;
  return `Layer ${layer}, ${many(units, "unit")}: ${sizes}; ${flat}.`;
}

// ---- The view ----

/** What a link may set, as Python has it. */
const within = (low, high) => (value) => number(value) && value >= low && value <= high;
export const CHECKS = {
  scheme: oneOf(...Object.keys(SCHEMES)),
  gain: within(0.1, 10),
  stddev: within(0.001, 1),
  activation: oneOf(...Object.keys(ACTIVATIONS)),
  slope: within(0, 1),
  width: (value) => whole(value, 16, 128) && value % 4 === 0,
  ratio: oneOf(1, 2, 4),
  depth: (value) => whole(value, 2, 60),
  seed: (value) => whole(value, 0, 9999),
  layer: (value) => whole(value, 1, 60),
};
const PLAIN = { scheme: "glorot_uniform", gain: 1, stddev: 0.01, activation: "relu", slope: 0.3, width: 64, ratio: 1 };
const TOURS = {
  schemes: [
    [
      { ...PLAIN, scheme: "random_normal" },
      "Weights from N(0, 0.01²), the rule of thumb for shallow nets: a layer keeps only about a twentieth of its inputs’ size. Nothing reaches the end, in either direction.",
    ],
    [
      { ...PLAIN },
      "Glorot’s rule keeps the size through linear units. ReLU throws away half of the mean square, so every layer loses a factor of √½ = 0.71.",
    ],
    [
      { ...PLAIN, scheme: "he_normal" },
      "He’s rule doubles the variance and makes up for that half. Networks scatter around the prediction, the more the deeper: the band is the range of ten.",
    ],
    [
      { ...PLAIN, scheme: "he_normal", width: 16 },
      "Narrow layers scatter much more, and most networks end below the line: the line is the mean square over all draws, which a few large ones lift.",
    ],
    [
      { ...PLAIN, scheme: "he_normal", ratio: 4 },
      "Every second layer has a quarter of the units. He’s rule counts inputs alone, so activations stay level and gradients swing by a factor of 2 from layer to layer.",
    ],
    [
      { ...PLAIN, activation: "sigmoid" },
      "The sigmoid’s activations can’t vanish, for half of its range lies above 0.5. Its slope is at most ¼, and the gradients die.",
    ],
    [
      { ...PLAIN, scheme: "orthogonal", activation: "linear" },
      "Orthogonal weights keep the length of every vector: through linear units the size stays the same to the last digit.",
    ],
  ],
};

/** Round powers of ten around all that is positive. */
export function spanOf(rows) {
  let low = 1,
    high = 1;
  for (const row of rows)
    for (const value of row)
      if (value > 0) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  return [10 ** Math.floor(Math.log10(low / 1.5)), 10 ** Math.ceil(Math.log10(high * 1.5))];
}

/** Of several rows of numbers the least and the largest at each place. */
const bandOf = (rows) => ({
  low: rows[0].map((_, l) => Math.min(...rows.map((row) => row[l]))),
  high: rows[0].map((_, l) => Math.max(...rows.map((row) => row[l]))),
});

/**
 * Measures networks a few milliseconds a frame. onFound() is told of each. Returns { found, start(state), rest(), stop };
 * after rest() it leaves the next frame to what is drawn.
 */
function laboratory(onFound) {
  let frame = 0,
    job = null,
    state = null,
    last = 0, // when the last frame was
    drawing = true; // the next frame has charts to draw: time enough afterwards
  const found = [];
  function work(now) {
    const begun = performance.now(),
      budget = clamp((now - last) / 8, ...BUDGET);
    last = now;
    frame = 0;
    while (!drawing && performance.now() - begun < budget) {
      const step = job.next();
      if (!step.done) continue;
      const { kernels, h: activations, g, ...sizes } = step.value;
      found.push(found.length ? sizes : { ...sizes, h: activations, g });
      job = found.length < NETWORKS ? measuring(state, found.length) : null;
      onFound();
      drawing = true;
      frame = job && requestAnimationFrame(work);
      return;
    }
    drawing = false;
    if (job) frame = requestAnimationFrame(work);
  }
  function start(next) {
    state = next;
    found.length = 0;
    job = measuring(state, 0);
    drawing = true;
    frame ||= requestAnimationFrame(work);
  }
  const rest = () => {
    drawing = true;
  };
  return { found, start, rest, stop: () => cancelAnimationFrame(frame) };
}

/** A slider over powers of two. */
function doubling({ label, low, high, onInput }) {
  const shown = (power) => format(2 ** power, 3);
  const made = slider({
    label,
    min: Math.log2(low),
    max: Math.log2(high),
    step: "any",
    value: 0,
    show: shown,
    onInput: (power) => onInput(clamp(Number((2 ** power).toPrecision(4)), low, high)),
  });
  // Without steps the browser's keys would move by a hundredth of the range, past round numbers
  made.input.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 0.25, ArrowUp: 0.25, ArrowLeft: -0.25, ArrowDown: -0.25 }[event.key];
    if (!by) return;
    event.preventDefault();
    const power = clamp(Math.round(4 * Number(made.input.value) + 4 * by) / 4, Math.log2(low), Math.log2(high));
    made.set(power);
    onInput(clamp(Number((2 ** power).toPrecision(4)), low, high));
  });
  return { el: made.el, set: (value) => made.set(Math.log2(value)) };
}

function render({ model, el }) {
  const change = (values) => put(model, values),
    stateOf = () => traitsOf(model, STATE);
  const plain = (name, label, min, max, step = 1) =>
    slider({ label, min, max, step, value: min, onInput: (value) => change({ [name]: value }) });
  const listed = (name, label, names) =>
    menu({ label, options: names.map((one) => [one, NAMES[one] ?? one]), onInput: (v) => change({ [name]: v }) });
  const controls = {
    scheme: listed("scheme", "Weights", Object.keys(SCHEMES)),
    activation: listed("activation", "Activation", Object.keys(ACTIVATIONS)),
    ratio: choice({
      label: "Every second layer",
      value: 1,
      onInput: (ratio) => change({ ratio }),
      options: [
        [1, "as wide"],
        [2, "half"],
        [4, "a quarter"],
      ],
    }),
    gain: doubling({ label: "Gain", low: 0.25, high: 4, onInput: (gain) => change({ gain }) }),
    stddev: doubling({ label: "Deviation", low: 0.001, high: 1, onInput: (stddev) => change({ stddev }) }),
    slope: plain("slope", "Slope a below zero", 0, 1, 0.05),
    width: plain("width", "Units a layer", 16, 128, 4),
    depth: plain("depth", "Layers", 2, 60),
  };
  const again = button("Draw again", () => change({ seed: (model.get("seed") + 1) % 10000 }));
  const shownLayer = plain("layer", "Layer shown", 1, 50);
  const charts = { forward: chart({ height: 220 }), backward: chart({ height: 220 }) },
    bars = { h: chart({ height: 140, reading: false }), g: chart({ height: 140, reading: false }) };
  const about = h("p", { class: "fl-note" }),
    progress = h("p", { class: "fl-note fl-progress" });
  const said = status();
  said.el.classList.add("fl-said");
  const profiles = h(
    "div",
    { class: "fl-pair" },
    figure([h("b", {}, "Forward"), " the activations, from the inputs on"], charts.forward.el),
    figure([h("b", {}, "Backward"), " the gradients, from the last on"], charts.backward.el),
  );
  const details = h(
    "div",
    { class: "fl-details" },
    h(
      "div",
      { class: "fl-pair" },
      figure("Activations of the layer shown", bars.h.el),
      figure("Gradients of the same layer", bars.g.el),
    ),
    about,
  );
  const lead =
    "A deep net before training: dense layers without biases, random inputs with a root mean square of 1. How large is what comes through?";
  root(el, "Fifty layers", lead).append(
    h(
      "div",
      { class: "xp-row fl-controls" },
      Object.values(controls).map((one) => one.el),
      again,
    ),
    profiles,
    progress,
    said.el,
    h("div", { class: "fl-layer" }, shownLayer.el),
    details,
  );

  let key = "",
    expected;
  const lab = laboratory(() => drawFound(stateOf()));

  function drawControls(state) {
    for (const [name, control] of Object.entries(controls)) control.set(state[name]);
    controls.stddev.el.hidden = state.scheme !== "random_normal";
    controls.slope.el.hidden = state.activation !== "leaky_relu";
    shownLayer.set(Math.min(state.layer, state.depth), { max: state.depth });
  }
  /** One profile: this network's line and points, the range of all, and over them what is predicted. */
  function drawProfile(state, name, what) {
    const rows = lab.found.map((one) => one[name]),
      layer = Math.min(state.layer, state.depth),
      every = state.depth > 25 ? 3 : 1, // odd, so that wide layers and narrow ones have points
      some = Array.from({ length: Math.floor(state.depth / every) + 1 }, (_, n) => n * every);
    const mine = rows[0] ?? [],
      at = (places) => ({ x: mine.length ? places : [], y: mine.length ? places.map((l) => mine[l]) : [] });
    const here = [
      { kind: "line", name: "this network", y: mine, style: 0, ...(rows.length > 1 ? bandOf(rows) : {}) },
      { kind: "points", name: "its layers", ...at(some), style: 0, quiet: true },
      { kind: "points", name: "layer shown", ...at([layer]), style: 3 },
    ];
    charts[name].draw({
      label: `Root mean square of the ${what} in each layer`,
      x: { label: "layer", domain: [0, state.depth] },
      y: { label: `root mean square of the ${what}`, log: true, domain: spanOf([expected[name], ...rows]) },
      legend: true,
      marks: [...here, { kind: "line", name: "predicted", y: expected[name], style: 1 }],
    });
  }
  function drawBars(state) {
    const layer = Math.min(state.layer, state.depth),
      [first] = lab.found;
    details.classList.toggle("fl-waiting", !first);
    if (!first) return;
    for (const [name, what] of Object.entries({ h: "activation", g: "gradient" })) {
      const values = first[name][layer],
        edges = edgesOf(values, BINS);
      bars[name].draw({
        label: `The ${what}s of layer ${layer}`,
        x: { label: what },
        y: { label: "how many" },
        legend: false,
        marks: [
          { kind: "bars", name: `${what}s`, edges, counts: histogramOf(values, edges), style: name === "h" ? 0 : 2 },
        ],
      });
    }
    about.textContent = layerText(state, first, layer);
  }
  function drawFound(state) {
    drawProfile(state, "forward", "activations");
    drawProfile(state, "backward", "gradients");
    if (lab.found.length <= 1) drawBars(state);
    progress.textContent = `Band: the range of ${NETWORKS} networks, each with its own weights (${lab.found.length} of ${NETWORKS} measured).`;
    said.say(sentence(state, expected, lab.found[0]), "", lab.found.length > 0);
  }
  function draw() {
    const state = stateOf(),
      { layer, ...rest } = state,
      next = JSON.stringify(rest);
    drawControls(state);
    if (next !== key) {
      key = next;
      expected = predicted(state);
      lab.start(state);
    } else lab.rest();
    drawFound(state);
    if (lab.found.length) drawBars(state);
  }

  const unfollow = follow(model, STATE, draw);
  const words = () => {
    const { scheme, activation, gain, depth, slope } = stateOf();
    const times = gain === 1 ? "" : `, times ${format(gain, 3)}`,
      units = activation === "leaky_relu" ? `leaky_relu units of slope ${format(slope)}` : `${activation} units`;
    return `${many(depth, "layer")} of ${units} start with ${NAMES[scheme]} weights${times}.`;
  };
  const cover = [profiles, said.el, details];
  const unteach = lesson({
    model,
    el,
    traits: STATE,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      power_forward: {
        question: () =>
          `${words()} By which power of ten does the root mean square of the activations change from the inputs to the last layer? (−2 is a hundredth.)`,
        answer: () => powerForward(stateOf()),
        because: "That is the prediction: the dashed line, whose last point is this power of ten.",
        cover,
      },
      power_backward: {
        question: () =>
          `${words()} By which power of ten do the gradients change on their way from the last layer back to the inputs?`,
        answer: () => powerBackward(stateOf()),
        because: "That is the prediction: the dashed line on the right, read from right to left.",
        cover,
      },
      gain_needed: {
        question: () => `${words()} Which gain would keep the activations’ size the same?`,
        answer: () => gainNeeded(stateOf()),
        because: "Set the gain to it and look at the dashed line.",
        cover,
      },
    },
  });
  return () => {
    lab.stop();
    unfollow();
    unteach();
    said.stop();
    for (const one of [...Object.values(charts), ...Object.values(bars)]) one.stop();
  };
}

export default { render };
