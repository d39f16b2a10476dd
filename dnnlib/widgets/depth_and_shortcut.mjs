// Depth and shortcut: what comes through many blocks, measured and predicted; then two networks that train side by side.

import { chart } from "./shared/chart.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { FEATURES, greyDigits } from "./shared/digits.mjs";
import { lesson } from "./shared/lesson.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { KINDS, Network, batches, rowsOf, tensor } from "./shared/network.mjs";
import { generator } from "./shared/random.mjs";
import { trainingPlayer } from "./shared/training_player.mjs";
import { choice, counter, figure, follow, format, h, many, menu, put } from "./shared/ui.mjs";
import { root, slider, status, traitsOf } from "./shared/ui.mjs";

const START = ["kind", "scale", "branch", "depth", "seed"], // what the first weights make of a network
  SETUP = [...START, "learning_rate"],
  TRAITS = [...SETUP, "steps"];
const WIDTH = 64, // units of the networks that are measured
  BATCH = 8, // inputs that go through them
  NETWORKS = 6; // draws that make the band
const UNITS = 16, // of those that train
  DIGITS = 300,
  DUE = 20, // digits a step
  EPOCH = DIGITS / DUE, // steps
  MOST_STEPS = 1000,
  AFTER = 200, // steps that a guess looks ahead
  MOMENTUM = 0.9;
const MOST_OPEN = 0.99; // a gate's bias is finite
const BUDGET = 2; // milliseconds of a frame for what goes on behind the picture

// ---- The block ----

/** What the shortcut multiplies its input by; of a gate, what it would where it reads zeros. */
export const factorOf = ({ kind, scale }) =>
  ({ none: 0, identity: 1, constant: scale, gate: Math.min(scale, MOST_OPEN) })[kind];

/** What the residual branch is multiplied by. A plain layer's stays as it is. */
export function branchOf({ kind, scale, branch, depth }) {
  if (kind === "none") return 1;
  const left = 1 - factorOf({ kind, scale }) ** 2;
  return { one: 1, half: 0.5, root: 1 / Math.sqrt(depth), level: Math.sqrt(Math.max(0, left)) }[branch];
}

/**
 * y = s(x) x + b F(x), with F(x) = W2 relu(W1 relu(x)): a block with activations before weights. The shortcut s is a
 * number, or with a gate 1 - sigmoid(Wg x + bg), for each unit. `layers` are those with weights.
 */
class Block {
  constructor({ units, factor, branch, gated, gateSeed }) {
    const dense = (kernel_initializer) => new KINDS.Dense({ units, kernel_initializer });
    this.chain = [new KINDS.ReLU(), dense("he_uniform"), new KINDS.ReLU(), dense("he_uniform")];
    this.gate = gated ? [dense("glorot_uniform"), new KINDS.Sigmoid()] : [];
    this.layers = [this.chain[1], this.chain[3], ...this.gate.slice(0, 1)];
    Object.assign(this, { factor, branch, gateSeed });
  }
  /** The branch's weights come first and a gate's from numbers of their own: two kinds of block share the others. */
  build(shape, random) {
    for (const layer of this.chain) layer.build(shape, random);
    if (!this.gate.length) return shape;
    this.gate[0].build(shape, generator(this.gateSeed));
    this.gate[0].bias.data.fill(Math.log((1 - this.factor) / this.factor));
    return shape;
  }
  forward(x) {
    const f = this.chain.reduce((value, layer) => layer.forward(value), x).data,
      y = { shape: x.shape, data: new Float64Array(f.length) };
    if (this.gate.length) this.passed = this.gate.reduce((value, layer) => layer.forward(value), x).data.map(open);
    for (let i = 0; i < f.length; i++) y.data[i] = this.share(i) * x.data[i] + this.branch * f[i];
    this.cache = x.data;
    return y;
  }
  /** What the shortcut multiplies the i-th of its inputs by. */
  share(i) {
    return this.passed ? this.passed[i] : this.factor;
  }
  backward({ shape, data }) {
    const back = (chain, grads) =>
        chain.reduceRight((grad, layer) => layer.backward(grad), { shape, data: grads }).data,
      dx = back(this.chain, times(data, this.branch)).slice();
    for (let i = 0; i < dx.length; i++) dx[i] += this.share(i) * data[i];
    if (!this.gate.length) return { shape, data: dx };
    const gates = back(
      this.gate,
      data.map((grad, i) => -grad * this.cache[i]),
    ); // y = (1 - g) x: dy/dg = -x
    for (let i = 0; i < dx.length; i++) dx[i] += gates[i];
    return { shape, data: dx };
  }
}
const open = (gate) => 1 - gate;
/** The numbers times a factor. */
function times(data, factor) {
  const out = new Float64Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = factor * data[i];
  return out;
}

const blocksOf = (state, units, seed) =>
  Array.from(
    { length: state.depth },
    (_, l) =>
      new Block({
        units,
        factor: factorOf(state),
        branch: branchOf(state),
        gated: state.kind === "gate",
        gateSeed: 100 * seed + l + 1e6,
      }),
  );

// ---- What comes through before training ----

const rootMeanSquare = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** The mean cosine between two rows of a batch. */
function alikeness({ shape: [rows, units], data }) {
  const row = (n) => data.subarray(n * units, (n + 1) * units),
    dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  let sum = 0,
    pairs = 0;
  for (let n = 0; n < rows; n++)
    for (let m = 0; m < n; m++, pairs++)
      sum += dot(row(n), row(m)) / Math.sqrt(dot(row(n), row(n)) * dot(row(m), row(m)));
  return sum / pairs;
}

/**
 * Sends a batch of standard normal inputs through the blocks of the k-th network of a state, and standard normal
 * gradients back. A generator: what it yields are pauses. Returns, from the input to the last block, root mean squares:
 * { forward, backward } of the whole signal and of the gradient, relative to those that were put in;
 * { kept, returned } of what comes by the shortcuts alone, and goes back by them; alike, the cosine between inputs.
 */
function* measuring(state, k = 0, units = WIDTH) {
  const seed = NETWORKS * state.seed + k,
    random = generator(seed),
    blocks = blocksOf(state, units, seed),
    normals = () => tensor(Float64Array.from({ length: BATCH * units }, random.normal), [BATCH, units]);
  const xs = [normals()],
    last = normals();
  for (const block of blocks) {
    block.build([BATCH, units], random);
    xs.push(block.forward(xs.at(-1)));
    yield;
  }
  const gs = [last];
  for (const block of [...blocks].reverse()) {
    gs.unshift(block.backward(gs[0]));
    yield;
  }
  const through = ({ data }, block) => ({ data: data.map((value, i) => value * block.share(i)) }),
    kept = [xs[0]],
    returned = [last];
  for (const block of blocks) kept.push(through(kept.at(-1), block));
  for (const block of [...blocks].reverse()) returned.unshift(through(returned[0], block));
  const sizes = (all, one) => all.map(({ data }) => rootMeanSquare(data) / rootMeanSquare(one.data));
  return {
    forward: sizes(xs, xs[0]),
    backward: sizes(gs, last),
    kept: sizes(kept, xs[0]),
    returned: sizes(returned, last),
    alike: xs.map(alikeness),
  };
}

/** What a generator returns, without its pauses. */
function finished(job) {
  let step = job.next();
  while (!step.done) step = job.next();
  return step.value;
}

/** All that is measured of a state at once. */
export const measured = (state, k = 0, units = WIDTH) => finished(measuring(state, k, units));

/**
 * Means over a gate's sum, which is normal: of the square of what it passes, and of the square of its slope. deviation:
 * of the sum without its bias. By the trapezoid rule, exact to rounding up to a deviation of 60; where the sums lie
 * wider, the gate is nearly a step, and the steps of the rule leave three digits.
 */
export function gateMoments(factor, deviation) {
  const bias = Math.log(factor / (1 - factor)),
    step = Math.max(0.004, Math.min(0.25, 0.25 / deviation)),
    of = (sum) => 1 / (1 + Math.exp(-sum)),
    density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let passed = 0,
    slope = 0;
  for (let z = -9; z < 9; z += step) {
    const pass = of(bias + deviation * z);
    passed += step * density(z) * pass ** 2;
    slope += step * density(z) * (pass * (1 - pass)) ** 2;
  }
  if (step > 0.004) return { passed, slope };
  slope = 0;
  for (let sum = -40; sum < 40; sum += 0.25)
    slope += (0.25 * density((sum - bias) / deviation) * (of(sum) * (1 - of(sum))) ** 2) / deviation;
  return { passed, slope };
}

/**
 * What is expected of all that is measured but the cosine: roots of mean squares over draws of weights, for wide layers.
 * A block multiplies the mean square by s² + b², since a branch of He's weights keeps it and its sign is as likely plus
 * as minus; by the shortcuts alone comes s² of it. A gate stands for the mean of its square, and its own slope adds
 * something on the way back.
 */
export function predicted(state) {
  const b = branchOf(state) ** 2,
    s = factorOf(state) ** 2;
  const squares = { forward: [1], kept: [1] },
    back = [];
  for (let l = 0; l < state.depth; l++) {
    const size = squares.forward[l],
      { passed, slope } = state.kind === "gate" ? gateMoments(Math.sqrt(s), Math.sqrt(size)) : { passed: s, slope: 0 };
    squares.forward.push(size * (passed + b));
    squares.kept.push(squares.kept[l] * passed);
    back.push([passed + b + slope * size, passed]);
  }
  squares.backward = products(back.map(([all]) => all));
  squares.returned = products(back.map(([, alone]) => alone));
  return Object.fromEntries(Object.entries(squares).map(([name, values]) => [name, values.map(Math.sqrt)]));
}

/** What is left of 1 behind the last factor, before it, ..., before the first: the first comes last. */
function products(factors) {
  const left = [1];
  for (const factor of factors.toReversed()) left.push(left.at(-1) * factor);
  return left.reverse();
}

/** The power of ten of what is left at the end: of the whole signal, and of what comes by the shortcuts alone. */
const powerOf = (value) => (value > 0 ? Math.log10(value) : NaN);
export const signalPower = (state) => powerOf(predicted(state).forward.at(-1));
export const shortcutPower = (state) => powerOf(predicted(state).kept.at(-1));

// ---- Training ----

/** The plain network of a state: the same weights, and nothing past a block. */
const plainOf = (state) => ({ ...state, kind: "none" });

/** A network 64–16–…–16–10: a dense layer, the blocks, ReLU and the classes' scores. */
export function netOf(state) {
  const dense = (units) => ["Dense", { units, kernel_initializer: "he_uniform" }],
    layers = [dense(UNITS), ...blocksOf(state, UNITS, state.seed), ["ReLU"], dense(10)],
    net = new Network(layers, { input_shape: [FEATURES], seed: state.seed });
  net.compile("SparseCategoricalCrossentropy", "SGD", { learning_rate: state.learning_rate, momentum: MOMENTUM });
  return net;
}

/**
 * One network's training: { network(), step(x, labels), losses, right, failed() }: of each step the loss and the digits
 * told right before it, and the step in which numbers overflowed, 0 for none.
 */
function pupil(state) {
  const losses = [],
    right = [];
  let net = null, // made when it is needed: whoever turns a slider passes many networks by
    failed = 0;
  const network = () => {
    net ??= netOf(state);
    return net;
  };
  function step(x, labels) {
    if (failed) return;
    const loss = network().trainOnBatch(x, labels);
    if (!Number.isFinite(loss)) {
      failed = losses.length + 1;
      return;
    }
    const scores = net.outputs.at(-1).data;
    losses.push(loss);
    right.push(labels.filter((label, n) => label === best(scores.subarray(10 * n, 10 * n + 10))).length);
  }
  return { network, step, losses, right, failed: () => failed };
}

const best = (row) => row.reduce((top, value, k) => (value > row[top] ? k : top), 0);

/** The digits in mini-batches, each epoch in a new order: calls for { x, labels }. */
function feeder(seed) {
  const { pixels, labels } = greyDigits(),
    all = tensor(pixels, [DIGITS, FEATURES]),
    next = batches(DIGITS, DUE, seed);
  return () => {
    const { batch } = next();
    return { x: rowsOf(all, batch), labels: batch.map((n) => labels[n]) };
  };
}

/** The plain network and the one with the state's shortcut: { plain, chosen, step(), steps() }. */
export function sessionOf(state) {
  const pupils = { plain: pupil(plainOf(state)), chosen: pupil(state) },
    feed = feeder(state.seed);
  let taken = 0;
  function step() {
    if (taken >= MOST_STEPS) return false;
    const { x, labels } = feed();
    for (const one of Object.values(pupils)) one.step(x, labels);
    taken += 1;
    return taken < MOST_STEPS && !Object.values(pupils).every((one) => one.failed());
  }
  return { ...pupils, step, steps: () => taken };
}

/** Of a list with a value a step: the mean over an epoch, up to each step. */
export const overEpoch = (values) =>
  values.map((_, t) => {
    const last = values.slice(Math.max(0, t + 1 - EPOCH), t + 1);
    return last.reduce((sum, value) => sum + value, 0) / last.length;
  });

/** How many of the 300 digits a network tells right in the last epoch of its first 200 steps. */
function rightAfter(state) {
  const one = pupil(state),
    feed = feeder(state.seed);
  for (let t = 0; t < AFTER; t++) {
    const { x, labels } = feed();
    one.step(x, labels);
  }
  return rightOf(one);
}
const rightOf = ({ right }) => right.slice(-EPOCH).reduce((sum, count) => sum + count, 0);
export const plainRight = (state) => rightAfter(plainOf(state));
export const chosenRight = rightAfter;

// ---- Words ----

const NAMES = { none: "none (plain)", identity: "identity", constant: "constant λ", gate: "gate" };
const WITH = { none: "no shortcut", identity: "identity shortcuts", gate: "gates" };
const withShortcut = ({ kind, scale }) => WITH[kind] ?? `shortcuts of λ = ${readable(scale)}`;

/** The block as a formula. */
export function formula(state) {
  const b = branchOf(state),
    branch = b === 1 ? "F(x)" : `${readable(b)} F(x)`;
  const past = { none: "", identity: "x + ", constant: `${readable(state.scale)} x + `, gate: "(1 − g(x)) x + " };
  return `y = ${past[state.kind]}${branch}`;
}

const raised = (power) => String(power).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);

/** What comes through, in a few sentences; without a measurement yet, what is expected. */
export function sentence(state, expected, found) {
  const { kind, depth } = state,
    opening = `Through ${many(depth, "block")} ${formula(state)},`,
    [signal, gradient, kept] = [expected.forward.at(-1), expected.backward[0], expected.kept.at(-1)].map(readable);
  if (!found)
    return `${opening} the signal is expected to change by a factor of ${signal} and the gradient, on its way back, by ${gradient}. Measuring …`;
  const alone = {
    none: "Nothing goes past the blocks.",
    identity: "The shortcuts alone pass all of the input: λᴸ = 1.",
    constant: `The shortcuts alone pass λᴸ = ${readable(state.scale)}${raised(depth)} = ${kept} of the input.`,
    gate: `The shortcuts alone pass ${readable(found.kept.at(-1))} of the input (predicted ${kept}).`,
  };
  return (
    `${opening} the signal changes by a factor of ${readable(found.forward.at(-1))} (predicted ${signal}) and the ` +
    `gradient, on its way back, by ${readable(found.backward[0])} (predicted ${gradient}). ${alone[kind]} ` +
    (Number.isFinite(found.alike.at(-1))
      ? `The cosine between two inputs, ${format(found.alike[0])} on average, is ${format(found.alike.at(-1))} at the end.`
      : "Some inputs are 0 at the end.")
  );
}

/** What the letters of the formula stand for. */
function noteText(state) {
  const gate = `, where g(x) = sigmoid(W x + b) and at first 1 − g(0) = ${readable(factorOf(state))}`;
  return (
    `Each block: ${formula(state)}${state.kind === "gate" ? gate : ""}, with F(x) = W₂ ReLU(W₁ ReLU(x)), He’s ` +
    `first weights and no normalisation. Band: the range of ${NETWORKS} networks of ${WIDTH} units; the line is one of them.`
  );
}

/** Where training is, in words. */
export function trainingText(state, { plain, chosen, steps }) {
  const taken = steps(),
    layers = `${2 * state.depth + 2} layers`;
  if (!taken) return `Two networks of ${layers}, with the same first weights. Press Play: both get the same digits.`;
  const part = Math.min(taken, EPOCH),
    of = part * DUE;
  const told = (one) =>
    one.failed()
      ? `has numbers that overflowed in step ${one.failed()}`
      : `tells ${rightOf(one)} of the last ${of} digits right (loss ${readable(overEpoch(one.losses).at(-1))})`;
  return (
    `After ${many(taken, "step")} the plain network of ${layers} ${told(plain)}; the one with ${withShortcut(state)} ` +
    `${told(chosen)}. Guessing gets ${format(of / 10, 0)}.`
  );
}

// ---- The view ----

const within = (low, high) => (value) => number(value) && value >= low && value <= high;
export const CHECKS = {
  kind: oneOf(...Object.keys(NAMES)),
  scale: within(0.1, 1.2),
  branch: oneOf("one", "half", "root", "level"),
  depth: (value) => whole(value, 1, 54),
  seed: (value) => whole(value, 0, 99),
  learning_rate: within(1e-6, 1),
  steps: (value) => whole(value, 0, MOST_STEPS),
};
const BRANCHES = [
  ["one", "1"],
  ["half", "½"],
  ["root", "1/√L"],
  ["level", "√(1 − λ²)"],
];
const RATES = [0.003, 0.01, 0.03, 0.1].map((rate) => [rate, String(rate)]);
const SET = { seed: 0, learning_rate: 0.01, steps: AFTER };
const TOURS = {
  depth: [
    [
      { ...SET, kind: "identity", branch: "root", depth: 1 },
      "One block, four layers. Both networks learn the digits, and from this start the plain one is no worse.",
    ],
    [
      { ...SET, kind: "none", depth: 20 },
      "Twenty plain blocks. He’s weights keep the signal’s size on average, and still both curves, which are one network twice, learn nearly nothing. Behind so many layers all inputs look alike, as the cosine says.",
    ],
    [
      { ...SET, kind: "identity", branch: "root", depth: 20 },
      "The same weights with an identity past each block. All of the input arrives, the gradient goes back as easily, and the network learns.",
    ],
    [
      { ...SET, kind: "constant", scale: 0.5, branch: "half", depth: 20 },
      "Halve the shortcut instead: 0.5 to the power of 20 is a millionth of the input. With what the branches add, signal and gradient shrink to a thousandth, and nothing is learned.",
    ],
    [
      { ...SET, kind: "constant", scale: 0.7, branch: "level", depth: 20 },
      "Here the branch fills up what a shortcut of 0.7 loses, so sizes stay level. What comes by the shortcuts alone still dies out, and it learns hardly better than the plain one.",
    ],
    [
      { ...SET, kind: "identity", branch: "one", depth: 20 },
      "Identity, but a branch that is not made smaller: each block doubles the mean square, and the numbers explode. Residual networks tame their branches, by normalisation or by small first weights.",
    ],
  ],
};

/** Round powers of ten around all that is positive. */
function spanOf(rows) {
  const values = rows.flat().filter((value) => value > 0);
  return [
    10 ** Math.floor(Math.log10(Math.min(1, ...values) / 1.5)),
    10 ** Math.ceil(Math.log10(Math.max(1, ...values) * 1.5)),
  ];
}

/** Of several rows of numbers the least and the largest at each place. */
const bandOf = (rows) => ({
  low: rows[0].map((_, l) => Math.min(...rows.map((row) => row[l]))),
  high: rows[0].map((_, l) => Math.max(...rows.map((row) => row[l]))),
});

/**
 * Works on a generator some milliseconds a frame, and calls draw() after a frame in which it yielded true. The first
 * frame, in which the picture changes, is left alone.
 */
function background(draw) {
  let frame = 0,
    job = null,
    fresh = true;
  function work() {
    frame = 0;
    if (fresh) {
      fresh = false;
      frame = requestAnimationFrame(work);
      return;
    }
    const begun = performance.now();
    let news = false;
    while (job && !news && performance.now() - begun < BUDGET) {
      const { done, value } = job.next();
      if (done) job = null;
      news = value === true;
    }
    if (job) frame = requestAnimationFrame(work);
    if (news) draw();
  }
  function start(next) {
    job = next;
    fresh = true;
    frame ||= requestAnimationFrame(work);
  }
  return { start, stop: () => cancelAnimationFrame(frame) };
}

function controlsOf(change) {
  const set = (name) => (value) => change({ [name]: value });
  const parts = {
    kind: choice({ label: "Shortcut", value: "identity", options: Object.entries(NAMES), onInput: set("kind") }),
    scale: slider({ label: "λ", min: 0.1, max: 1.2, step: 0.05, value: 0.9, onInput: set("scale") }),
    branch: menu({ label: "Branch’s factor β", options: BRANCHES, onInput: set("branch") }),
    depth: slider({ label: "Blocks L", min: 1, max: 54, value: 20, onInput: set("depth") }),
  };
  const el = h(
    "div",
    { class: "xp-row ds-controls" },
    Object.values(parts).map((part) => part.el),
  );
  function draw(state) {
    for (const [name, part] of Object.entries(parts)) part.set(state[name]);
    const gated = state.kind === "gate";
    parts.scale.set(gated ? Math.min(state.scale, MOST_OPEN) : state.scale, { max: gated ? MOST_OPEN : 1.2 });
    parts.scale.el.hidden = !gated && state.kind !== "constant";
    parts.branch.el.hidden = state.kind === "none";
  }
  return { el, draw };
}

/** The two charts of what comes through. */
function profiles() {
  const charts = { forward: chart({ height: 185 }), backward: chart({ height: 185 }) };
  const el = h(
    "div",
    { class: "ds-pair" },
    figure([h("b", {}, "Forward"), ": the signal behind each block"], charts.forward.el),
    figure([h("b", {}, "Backward"), ": the gradient, from the last block back"], charts.backward.el),
  );
  function drawOne(state, name, alone, what, expected, found) {
    const rows = found.map((one) => one[name]),
      some = Array.from({ length: state.depth + 1 }, (_, l) => l).filter((l) => l % Math.ceil(state.depth / 12) === 0);
    const past = found[0]?.[alone] ?? [],
      shortcut = state.kind !== "none",
      points = past.length && shortcut ? some : [];
    charts[name].draw({
      label: `Size of the ${what}, block by block`,
      x: { label: "block", domain: [0, state.depth] },
      y: {
        label: "root mean square, as a multiple",
        log: true,
        domain: spanOf([expected[name], expected[alone], ...rows]),
      },
      legend: true,
      marks: [
        { kind: "line", name: "measured", y: rows[0] ?? [], style: 0, ...(rows.length > 1 ? bandOf(rows) : {}) },
        { kind: "line", name: "predicted", y: expected[name], style: 1 },
        ...(shortcut
          ? [
              { kind: "points", name: "shortcuts alone", x: points, y: points.map((l) => past[l]), style: 2 },
              {
                kind: "line",
                name: state.kind === "gate" ? "expected" : name === "forward" ? "λˡ" : "λᴸ⁻ˡ",
                y: expected[alone],
                style: 2,
              },
            ]
          : []),
      ],
    });
  }
  function draw(state, expected, found) {
    drawOne(state, "forward", "kept", "signal", expected, found);
    drawOne(state, "backward", "returned", "gradient", expected, found);
  }
  return { el, draw, stop: () => Object.values(charts).forEach((one) => one.stop()) };
}

/** The two losses, step by step. */
function drawLosses(curves, state, session) {
  const steps = session.steps(),
    every = Math.ceil((steps + 1) / 250);
  const line = (one, name, style) => {
    const y = overEpoch(one.losses),
      x = y.map((_, t) => t + 1).filter((t) => t % every === 0 || t === y.length);
    return { kind: "line", name, x, y: x.map((t) => y[t - 1]), style };
  };
  const last = Math.max(AFTER, steps);
  curves.draw({
    label: "Training loss by step",
    x: { label: "step", domain: [0, last] },
    y: { label: "training loss, mean of the last 300 digits", domain: [0, 3] },
    marks: [
      { kind: "line", name: "guessing, ln 10", x: [0, last], y: [Math.log(10), Math.log(10)], style: 4 },
      line(session.plain, "plain", 1),
      line(session.chosen, `with ${withShortcut(state)}`, 0),
    ],
  });
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    keyOf = (state, names) => JSON.stringify(names.map((name) => state[name]));
  let session,
    expected,
    startKey = "",
    setupKey = "",
    drawn = "";
  const found = [];
  const change = (values) => put(model, { ...values, steps: 0 });
  const controls = controlsOf(change),
    rate = menu({ label: "Learning rate", options: RATES, onInput: (value) => change({ learning_rate: value }) }),
    seed = counter({ label: "Start (seed)", min: 0, max: 99, value: 0, onInput: (value) => change({ seed: value }) }),
    note = h("p", { class: "ds-note" }),
    through = profiles(),
    curves = chart({ height: 170 }),
    [said, trained] = [status(), status()],
    lab = background(() => draw());
  const runner = trainingPlayer({
    model,
    session: () => session,
    draw: () => draw(),
    speeds: [1, 5, 20, 60],
    speed: 20,
  });
  trained.el.firstElementChild.className = "ds-trained"; // the state's sentence is the other one
  const losses = figure([h("b", {}, "Side by side"), ": the same digits, the same first weights"], curves.el);
  root(
    el,
    "Depth and shortcut",
    "Choose what goes past each block and how many blocks there are, and see what comes through. Then press Play and watch two networks learn digits, one without shortcuts and one with those that you chose.",
  ).append(
    controls.el,
    note,
    through.el,
    said.el,
    h("div", { class: "xp-row ds-train" }, runner.el, rate.el, seed.el),
    losses,
    trained.el,
  );

  /** Measures networks; trains up to the steps of the state, if it was not played so far. */
  function* catchUp(state) {
    while (found.length < NETWORKS) {
      found.push(yield* measuring(state, found.length));
      yield true;
    }
    while (session.steps() < model.get("steps") && !runner.playing() && session.step())
      yield session.steps() % 10 === 0;
    yield true;
  }
  const over = () => session.steps() >= MOST_STEPS || [session.plain, session.chosen].every((one) => one.failed());
  function sync(state) {
    const [start, setup] = [keyOf(state, START), keyOf(state, SETUP)];
    if (start !== startKey) {
      found.length = 0;
      expected = predicted(state);
    }
    if (setup !== setupKey || state.steps < session.steps()) session = sessionOf(state);
    const due = start !== startKey || (session.steps() < state.steps && !over());
    [startKey, setupKey] = [start, setup];
    runner.at(session.steps(), over());
    if (due && drawn !== JSON.stringify(state)) lab.start(catchUp(state));
  }
  function draw() {
    const state = stateOf();
    if (keyOf(state, SETUP) !== setupKey) {
      controls.draw(state);
      rate.set(state.learning_rate);
      seed.set(state.seed);
      note.textContent = noteText(state);
    }
    sync(state);
    drawn = JSON.stringify(state);
    through.draw(state, expected, found);
    drawLosses(curves, state, session);
    said.say(sentence(state, expected, found[0]), "", found.length > 0);
    trained.say(trainingText(state, session), "", !runner.playing() && session.steps() >= state.steps);
  }

  const unfollow = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(stateOf())) draw();
  });
  const words = () => `${many(model.get("depth"), "block")} ${formula(stateOf())}`;
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      shortcut_power: {
        question: () =>
          `${words()} in a row: by which power of ten does what comes by the shortcuts alone change? (−2 is a hundredth.)`,
        answer: () => shortcutPower(stateOf()),
        because: "It is L times the logarithm of what one shortcut passes.",
        cover: [through.el, said.el],
      },
      signal_power: {
        question: () => `${words()} in a row: by which power of ten does the size of the whole signal change?`,
        answer: () => signalPower(stateOf()),
        because: "Mean squares add: each block multiplies them by λ² + β², and the size by its root.",
        cover: [through.el, said.el],
      },
      plain_right: {
        question: () =>
          `Two networks of ${many(model.get("depth"), "block")} learn 300 digits for ${AFTER} steps from the same first weights. How many of the 300 does the plain one tell right by then? (30 is guessing.)`,
        min: 0,
        max: DIGITS,
        decimals: 0,
        about: () => keyOf(stateOf(), SETUP),
        answer: () => plainRight(stateOf()),
        because: () =>
          `With ${withShortcut(stateOf())} it is ${chosenRight(stateOf())}. Both were trained here; press Play to see it happen.`,
        cover: [losses, trained.el],
      },
    },
  });
  return () => {
    lab.stop();
    unfollow();
    unteach();
    for (const one of [runner, through, curves, said, trained]) one.stop();
  };
}

export default { render };
