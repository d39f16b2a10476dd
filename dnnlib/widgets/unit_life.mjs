// The life of a unit: a hidden layer trains, a step pushes one unit's scores below zero, a leak brings it back.

import { chart } from "./shared/chart.mjs";
import { fieldPoints, niceTicks, histogramOf, readable } from "./shared/chart_numbers.mjs";
import { lesson } from "./shared/lesson.mjs";
import { oneOf, whole } from "./shared/link.mjs";
import { LOSSES, Network } from "./shared/network.mjs";
import { EDGE, dataOf, judged, pointMarks } from "./shared/playground.mjs";
import { button, counter, figure, follow, format, h, many, menu } from "./shared/ui.mjs";
import { put, root, status, stepTo, traitsOf } from "./shared/ui.mjs";
import { trainingPlayer } from "./shared/training_player.mjs";

const SETUP = ["data", "hidden", "activation", "slope", "learning_rate", "seed", "leak_from"];
const TRAITS = [...SETUP, "steps", "unit"];
const EXAMPLES = 100, // so that a count is a share in %
  NOISE = 0.1,
  CELLS = 24,
  BINS = 24,
  MOST_STEPS = 1000,
  AFTER = 100, // steps that a guess looks ahead
  STARTS = 20; // seeds beside which its answer is set
const DATA_NAMES = { gaussians: "two clouds", circle: "circle", xor: "XOR", spiral: "spiral" };
const RATES = [0.1, 0.3, 1, 2, 3, 5, 10, 30];
const SLOPES = [0.01, 0.03, 0.1, 0.3];
/** By name the hidden layer's activation: its layer and how it is called. */
const KINDS = {
  relu: [() => ["ReLU"], "ReLU"],
  leaky_relu: [({ slope }) => ["LeakyReLU", { negative_slope: slope }], "leaky ReLU"],
  elu: [() => ["ELU"], "ELU"],
};

// ---- What it computes ----

const partsOf = (data) => dataOf({ data, noise: NOISE, examples: EXAMPLES, train_share: 1 });

function netOf(state, activation) {
  const layers = [["Dense", { units: state.hidden }], KINDS[activation][0](state), ["Dense", { units: 1 }]];
  const net = new Network(layers, { input_shape: [2], seed: state.seed });
  net.compile("BinaryCrossentropy", "SGD", { learning_rate: state.learning_rate });
  return net;
}

/** The incoming weights of hidden unit k and its bias, of arrays in the order of the network's. */
export const incoming = ([kernel, bias], k) => [kernel[k], kernel[bias.length + k], bias[k]];

/**
 * A hidden layer's life. Each step takes all points, so what a step does is the learning rate times one gradient.
 * Returns { data, step(), steps(), leaks(), failed(), shares, deaths, now() }: shares[t][k] is how many of the points
 * lie above zero for unit k after t steps; deaths[k], where there was one, { step, before, gradient, from }: the step
 * that left none, weights and gradient before it, the share it started from.
 * now() gives what the network is at this step: { sums, weights, grads, loss, right }.
 */
export function lifeOf(state) {
  const data = partsOf(state.data),
    { x, y } = data.train,
    { hidden } = state;
  let net = netOf(state, state.activation),
    taken = 0,
    leaks = state.activation !== "relu",
    failed = 0;
  const shares = [],
    deaths = Array(hidden).fill(null);

  function look() {
    net.forward(x);
    const sums = net.outputs[0].data,
      counts = Array(hidden).fill(0);
    for (let i = 0; i < sums.length; i++) if (sums[i] > 0) counts[i % hidden] += 1;
    shares.push(counts);
  }
  function mourn(before, gradients) {
    for (let k = 0; k < hidden; k++)
      if (!leaks && !deaths[k] && !shares[taken][k])
        deaths[k] = {
          step: taken,
          before: before && incoming(before, k),
          gradient: gradients && incoming(gradients, k),
          from: taken && shares[taken - 1][k],
        };
  }
  /** From its step on a leak: the same weights, only what stands behind the scores changes. */
  function leak() {
    if (leaks || taken !== state.leak_from) return;
    const weights = net.getWeights();
    net = netOf(state, "leaky_relu");
    net.setWeights(weights);
    leaks = true;
  }
  function step() {
    if (failed || taken >= MOST_STEPS) return false;
    const before = net.getWeights();
    net.trainOnBatch(x, y);
    taken += 1;
    if (!net.params.every((weights) => weights.data.every(Number.isFinite))) failed = taken;
    look();
    mourn(
      before,
      net.grads.map((one) => one.data),
    );
    leak();
    return !failed && taken < MOST_STEPS;
  }
  function now() {
    const scores = net.forward(x),
      sums = net.outputs[0].data,
      { loss, grad } = LOSSES.BinaryCrossentropy(y, scores);
    net.backward(grad);
    const { right } = judged(net, data.train, true);
    return { sums, weights: net.getWeights(), grads: net.grads.map((one) => one.data), loss, right };
  }
  look();
  mourn();
  leak();
  return {
    data,
    shares,
    deaths,
    now,
    step,
    steps: () => taken,
    failed: () => failed,
    leaks: () => leaks,
  };
}

/** A life after so many steps. */
function lived(state, steps) {
  const life = lifeOf(state);
  while (life.steps() < steps && life.step());
  return life;
}

/** Which units are dead: ReLU's alone can be. */
export const deadOf = (life) => life.deaths.map((death) => Boolean(death) && !life.leaks());

/** How many units of the layer are dead after the first steps. */
export const deadAfter = (state) => deadOf(lived({ ...state, leak_from: null }, AFTER)).filter(Boolean).length;

/** The same from other starts: the mean of twenty seeds, the fewest and the most. */
export function deadOverSeeds(state) {
  const counts = Array.from({ length: STARTS }, (_, i) => deadAfter({ ...state, seed: (state.seed + i) % 100 }));
  return { mean: counts.reduce((a, b) => a + b, 0) / STARTS, least: Math.min(...counts), most: Math.max(...counts) };
}

/** How far the incoming weights of the chosen unit move, from now on, in as many steps again. */
export function moved(state) {
  const life = lived(state, state.steps),
    k = unitOf(state),
    from = incoming(life.now().weights, k);
  while (life.steps() < state.steps + AFTER && life.step());
  return Math.hypot(...incoming(life.now().weights, k).map((value, i) => value - from[i]));
}

/** The line on which a unit's score is zero, where it crosses the plane that is shown: { x, y }, two ends or none. */
export function zeroLine([w1, w2, b]) {
  const inside = (value) => Math.abs(value) <= EDGE * (1 + 1e-9),
    ends = [];
  for (const side of [-EDGE, EDGE]) {
    const y = -(b + w1 * side) / w2,
      x = -(b + w2 * side) / w1;
    if (w2 && inside(y)) ends.push([side, y]);
    if (w1 && inside(x)) ends.push([x, side]);
  }
  const far = ends.findLast(([x, y]) => Math.hypot(x - ends[0][0], y - ends[0][1]) > 1e-9);
  return far ? { x: [ends[0][0], far[0]], y: [ends[0][1], far[1]] } : { x: [], y: [] };
}

/** Bins over the numbers and some room on both sides of zero, zero an edge between two. */
export function binsOf(values) {
  let low = 0,
    high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) [low, high] = [-1, 1];
  const room = 0.15 * (high - low);
  [low, high] = [Math.min(low, -room), Math.max(high, room)];
  const [first, second] = niceTicks(low, high, BINS),
    width = second - first,
    from = Math.floor(low / width + 1e-9),
    to = Math.ceil(high / width - 1e-9);
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * width);
}

// ---- Words ----

const unitOf = ({ unit, hidden }) => Math.min(unit, hidden - 1);
const percent = (count) => `${count}\u00a0%`; // of a hundred points
const listed = (values) => `(${values.map((value) => readable(value === 0 ? 0 : value)).join(", ")})`;

/** The step that killed a unit, as a sum: what was taken from its weights and what became of its share. */
export function deathText({ step, gradient, from }, k, { learning_rate: rate }) {
  if (!step) return `Unit ${k + 1} lies below zero for all points from the start.`;
  return (
    `Unit ${k + 1} died in step ${step}: rate × gradient = ${readable(rate)} × ${listed(gradient)} = ` +
    `${listed(gradient.map((g) => rate * g))} was taken from its two weights and its bias, and the share above zero ` +
    `went from ${percent(from)} to 0\u00a0%.`
  );
}

/** The state in a few sentences. */
export function sentence(state, life, { grads, right }) {
  const k = unitOf(state),
    steps = life.steps(),
    share = life.shares[steps][k],
    death = life.deaths[k],
    count = deadOf(life).filter(Boolean).length;
  if (life.failed())
    return `After ${many(steps, "step")} the weights are no longer numbers: the steps are too large. Take a smaller rate.`;
  const layer = `${count} of ${many(state.hidden, "unit")} ${count === 1 ? "is" : "are"} dead`;
  const opening = `${steps ? `After ${many(steps, "step")}` : "Before training"}, ${layer}, and the network gets ${percent(Math.round(100 * right))} of the points right.`;
  const gradient = incoming(grads, k),
    still = gradient.every((g) => g === 0);
  const since =
    state.leak_from === null ? "" : `With a leak of ${readable(state.slope)} from step ${state.leak_from} on`;
  const leaking = since && life.leaks() && state.activation === "relu";
  if (!death)
    return `${opening} ${leaking ? `${since}, unit` : "Unit"} ${k + 1} is above zero for ${percent(share)} of the points.`;
  const end = deathText(death, k, state);
  if (!life.leaks()) return `${opening} ${end} ${steps > death.step ? "Since then" : "Now"} its gradient is exactly 0.`;
  return (
    `${opening} ${end} ${since}, its gradient is ${still ? "still 0" : "no longer 0"}, and it is above zero for ` +
    `${percent(share)} of the points.`
  );
}

// ---- The view ----

const between = (low, high) => (value) => typeof value === "number" && value >= low && value <= high;
const CHECKS = {
  data: oneOf(...Object.keys(DATA_NAMES)),
  hidden: (value) => whole(value, 1, 12),
  activation: oneOf(...Object.keys(KINDS)),
  slope: between(0, 1),
  learning_rate: between(1e-6, 100),
  seed: (value) => whole(value, 0, 99),
  leak_from: (value) => value === null || whole(value, 0, MOST_STEPS),
  steps: (value) => whole(value, 0, MOST_STEPS),
  unit: (value) => whole(value, 0, 11),
};
const SET = { data: "xor", hidden: 8, activation: "relu", slope: 0.01, learning_rate: 5, seed: 2, unit: 1 };
const TOURS = {
  death: [
    [
      { ...SET, steps: 0, leak_from: null },
      "Unit 2 before training. Its score is zero on the line across the plane: blue on one side, where the unit answers, " +
        "brown on the other, where it gives 0. About half of the points lie on each side.",
    ],
    [
      { ...SET, steps: 5, leak_from: null },
      "Five steps later. The table shows the step to come, the rate times the gradient. It is so long that the border " +
        "will leave the picture, and all points will lie on its brown side.",
    ],
    [
      { ...SET, steps: 6, leak_from: null },
      "The step is taken. All scores are below zero, the unit answers 0 to every point, and so its gradient is 0 in all " +
        "three numbers. Nothing can move it any more.",
    ],
    [
      { ...SET, steps: 100, leak_from: null },
      "A hundred steps. Four others have gone the same way, and the three that are left can\u2019t part these classes.",
    ],
    [
      { ...SET, steps: 300, leak_from: 100 },
      "The same network, given a leak of 0.01 from step 100 on. A hundredth of the gradient now comes through below " +
        "zero. It has brought unit 2 back among the points, and with it the network gets nearly all of them right.",
    ],
  ],
};

/** The layer as a row of units to choose from: the share of each, and whether it lives. */
function strip(onChoose) {
  const el = h("div", { class: "ul-units", role: "radiogroup", "aria-label": "Unit shown: arrow keys" });
  let made = [],
    chosen = 0;
  function build(count) {
    made = Array.from({ length: count }, (_, k) => {
      const bar = h("i"),
        text = h("small");
      const one = h(
        "div",
        {
          class: "ul-unit",
          role: "radio",
          tabindex: -1,
          "data-lm-suppress-shortcuts": "true",
          onclick: () => onChoose(k),
        },
        h("b", { "aria-hidden": "true" }, String(k + 1)),
        h("span", { class: "ul-bar", "aria-hidden": "true" }, bar),
        text,
      );
      return { el: one, bar, text };
    });
    el.replaceChildren(...made.map((one) => one.el));
  }
  el.addEventListener("keydown", (event) => {
    const to = stepTo(event, chosen, made.length);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    chosen = to; // several keys may come before the next frame draws
    onChoose(to);
    made[to].el.focus();
  });
  function draw(counts, dead, deaths, unit) {
    if (made.length !== counts.length) build(counts.length);
    chosen = unit;
    made.forEach(({ el: one, bar, text }, k) => {
      const words = dead[k] ? `dead since step ${deaths[k].step}` : `${percent(counts[k])} above zero`,
        name = `unit ${k + 1}, ${words}`,
        checked = String(k === unit);
      if (one.getAttribute("aria-label") !== name) {
        one.setAttribute("aria-label", name);
        text.textContent = dead[k] ? `died at ${deaths[k].step}` : percent(counts[k]);
        bar.style.width = `${counts[k]}%`;
        one.classList.toggle("dead", dead[k]);
      }
      if (one.getAttribute("aria-checked") === checked) return;
      one.setAttribute("aria-checked", checked);
      one.tabIndex = k === unit ? 0 : -1;
    });
  }
  return { el, draw };
}

/** The chosen unit's three numbers: each as it is, its gradient, and what the next step adds. */
function ledger() {
  const rows = ["weight of x\u2081", "weight of x\u2082", "bias"].map((name) => {
    const cells = [h("td"), h("td"), h("td")];
    return { cells, el: h("tr", {}, h("th", { scope: "row" }, name), cells) };
  });
  const next = h("th", { scope: "col" }),
    head = ["now", "gradient"].map((text) => h("th", { scope: "col" }, text));
  const el = h(
    "table",
    { class: "ul-table", "aria-label": "Incoming weights and their gradient" },
    h("thead", {}, h("tr", {}, h("td"), head, next)),
    h(
      "tbody",
      {},
      rows.map((row) => row.el),
    ),
  );
  function draw(weights, gradient, rate) {
    next.textContent = `next step: \u2212${readable(rate)} × gradient`;
    const signed = (value) => readable(value === 0 ? 0 : value); // no minus before a zero
    rows.forEach(({ cells }, i) => {
      [weights[i], gradient[i], -rate * gradient[i]].forEach((value, n) => {
        cells[n].textContent = signed(value);
        cells[n].classList.toggle("zero", n > 0 && value === 0);
      });
    });
  }
  return { el, draw };
}

function controlsOf(change, onSlope, get) {
  const set = (name) => (value) => change({ [name]: value }),
    numbers = (list) => list.map((value) => [value, String(value)]);
  const parts = {
    data: menu({ label: "Points", options: Object.entries(DATA_NAMES), onInput: set("data") }),
    hidden: counter({ label: "Units", min: 1, max: 12, value: get("hidden"), onInput: set("hidden") }),
    activation: menu({
      label: "Activation",
      options: Object.entries(KINDS).map(([name, [, text]]) => [name, text]),
      onInput: set("activation"),
    }),
    learning_rate: menu({ label: "Learning rate", options: numbers(RATES), onInput: set("learning_rate") }),
    slope: menu({ label: "Leak\u2019s slope", options: numbers(SLOPES), onInput: onSlope }),
    seed: counter({ label: "Start (seed)", min: 0, max: 99, value: get("seed"), onInput: set("seed") }),
  };
  const el = h(
    "div",
    { class: "xp-row ul-controls" },
    Object.values(parts).map((part) => part.el),
  );
  return {
    el,
    draw(state) {
      for (const [name, part] of Object.entries(parts)) part.set(state[name]);
      parts.slope.el.hidden = state.activation === "elu";
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    keyOf = (state) => JSON.stringify(SETUP.map((name) => state[name]));
  let life,
    key = "",
    drawn = "",
    points = [];

  const change = (values) => put(model, { leak_from: null, ...values, steps: 0 });
  /** A leak that is still to come may change its slope at any step. */
  const onSlope = (slope) => (model.get("activation") === "relu" ? put(model, { slope }) : change({ slope }));
  const controls = controlsOf(change, onSlope, (name) => model.get(name));
  const runner = trainingPlayer({
    model,
    session: () => life,
    draw: () => draw(),
    cleared: { leak_from: null },
    speeds: [1, 5, 20, 60, 300],
    speed: 5,
  });
  const over = () => Boolean(life.failed()) || life.steps() >= MOST_STEPS,
    tell = () => runner.at(life.steps(), over());
  /** Trains on until another unit is dead, and shows that one. */
  function toDeath() {
    if (ahead.getAttribute("aria-disabled") === "true") return;
    runner.pause();
    const before = deadOf(life);
    while (life.step() && deadOf(life).every((dead, k) => dead === before[k]));
    const k = deadOf(life).findIndex((dead, i) => dead && !before[i]);
    tell();
    put(model, { steps: life.steps(), ...(k >= 0 ? { unit: k } : {}) });
    draw();
  }
  function beforeDeath() {
    if (back.getAttribute("aria-disabled") === "true") return;
    runner.pause();
    put(model, { steps: life.deaths[unitOf(stateOf())].step - 1, leak_from: null });
  }
  function leak() {
    if (revive.getAttribute("aria-disabled") === "true") return;
    runner.pause();
    put(model, { leak_from: model.get("leak_from") === null ? life.steps() : null });
  }
  const ahead = button("Train until one dies", toDeath),
    back = button("Back before its death", beforeDeath),
    revive = button("", leak, { class: "xp-main" });
  const moves = h("div", { class: "xp-row ul-moves" }, ahead, back, revive);

  const units = strip((unit) => put(model, { unit })),
    plane = chart({ height: 250, reading: false }), // its text says the unit's line and the points
    bars = chart({ height: 220 }),
    line = chart({ height: 160 }),
    numbers = ledger(),
    said = status(),
    [planeCaption, barsCaption, lineCaption, unitsCaption] = ["", "", "", ""].map(() => h("span"));
  const layer = figure(unitsCaption, units.el),
    shareFigure = figure(lineCaption, line.el),
    ledgerFigure = figure("Its incoming weights, and the step to come", numbers.el);
  root(
    el,
    "The life of a unit",
    "A hidden layer learns to tell two classes apart, all points in every step. Choose a unit and watch its scores.",
  ).append(
    controls.el,
    runner.el,
    moves,
    layer,
    h("div", { class: "ul-stage" }, figure(planeCaption, plane.el), figure(barsCaption, bars.el)),
    h("div", { class: "ul-stage" }, shareFigure, ledgerFigure),
    said.el,
  );

  function sync(state) {
    const next = keyOf(state);
    if (next === key && (state.steps === life.steps() || (life.failed() && state.steps > life.steps()))) return;
    if (next !== key || state.steps < life.steps()) {
      life = lifeOf(state);
      points = pointMarks(life.data, [2, 3]).map((mark) => ({ ...mark, name: mark.name.replace(", training", "") }));
    }
    key = next;
    while (life.steps() < state.steps && life.step());
    tell();
  }
  function drawPlane(weights, gradient, state, name) {
    const cells = fieldPoints([-EDGE, EDGE], [-EDGE, EDGE], CELLS, CELLS),
      values = new Float64Array(2 * CELLS * CELLS),
      [w1, w2, b] = weights,
      reach = EDGE * (Math.abs(w1) + Math.abs(w2)) || 1;
    for (let i = 0; i < CELLS * CELLS; i++) {
      values[2 * i] = (w1 * cells[2 * i] + w2 * cells[2 * i + 1] + b) / reach;
      values[2 * i + 1] = -values[2 * i];
    }
    const next = zeroLine(weights.map((value, i) => value - state.learning_rate * gradient[i]));
    planeCaption.replaceChildren(
      h("b", {}, `${name} in the plane`),
      ": blue where its score is above zero, brown below. The next step ",
      next.x.length ? "puts the border on the dashed line" : "leaves its border outside the picture",
    );
    plane.draw({
      label: `${name} in the plane`,
      marks: [
        { kind: "field", names: ["above zero", "below zero"], values, columns: CELLS, rows: CELLS },
        ...points,
        { kind: "line", name: "next border", ...next, style: 4 },
      ],
      x: { label: "x\u2081", domain: [-EDGE, EDGE] },
      y: { label: "x\u2082", domain: [-EDGE, EDGE] },
    });
  }
  function drawBars(sums, k, { hidden }, name) {
    const own = Array.from({ length: EXAMPLES }, (_, i) => sums[i * hidden + k]).filter(Number.isFinite),
      edges = binsOf(own),
      [above, below] = [own.filter((z) => z > 0), own.filter((z) => z <= 0)].map((part) => histogramOf(part, edges));
    barsCaption.replaceChildren(h("b", {}, `${name}\u2019s scores`), " z = w\u00b7x + b of the hundred points");
    bars.draw({
      label: `${name}'s scores of the points`,
      marks: [
        { kind: "bars", name: "above zero", edges, counts: above, style: 0 },
        { kind: "bars", name: "zero or below", edges, counts: below, style: 1 },
        { kind: "line", name: "zero", x: [0, 0], y: [0, Math.max(...above, ...below)], style: 4, quiet: true },
      ],
      x: { label: "score z", domain: [edges[0], edges.at(-1)] },
      y: { label: "points" },
    });
  }
  function drawLine(k, state, name) {
    const { shares, deaths } = life,
      steps = life.steps(),
      every = Math.ceil((steps + 1) / 250),
      x = shares.map((_, t) => t).filter((t) => t % every === 0 || t === steps),
      dead = (t) => deaths.filter((death) => death && death.step <= t).length;
    const until = state.leak_from ?? Infinity;
    lineCaption.replaceChildren(h("b", {}, "Share of points above zero"), ", step by step");
    line.draw({
      label: "Share above zero by step",
      marks: [
        { kind: "line", name, x, y: x.map((t) => shares[t][k]), style: 0 },
        {
          kind: "line",
          name: "dead units",
          x: x.filter((t) => t <= until),
          y: x.filter((t) => t <= until).map((t) => (100 * dead(t)) / state.hidden),
          style: 1,
        },
        ...(deaths[k]?.step ? [{ kind: "points", name: "its death", x: [deaths[k].step], y: [0], style: 4 }] : []),
      ],
      x: { label: "step", domain: [0, Math.max(20, steps)] },
      y: { label: "%", domain: [0, 105], ticks: [0, 25, 50, 75, 100] },
    });
  }
  function drawMoves(state, k) {
    const relu = state.activation === "relu";
    const disable = (one, on) => one.setAttribute("aria-disabled", on);
    disable(ahead, over() || life.leaks());
    disable(back, !life.deaths[k]?.step);
    disable(revive, !relu || (over() && state.leak_from === null));
    revive.textContent = state.leak_from === null ? "Give the layer a leak" : "Take the leak away";
  }
  function draw() {
    const state = stateOf();
    if (keyOf(state) !== key) controls.draw(state); // not while it only trains
    sync(state);
    drawn = JSON.stringify(state);
    const k = unitOf(state),
      now = life.now(),
      weights = incoming(now.weights, k),
      gradient = incoming(now.grads, k),
      dead = deadOf(life),
      name = `Unit ${k + 1}`;
    const count = dead.filter(Boolean).length;
    unitsCaption.replaceChildren(
      h("b", {}, `${count} of ${state.hidden} units dead.`),
      " Each unit\u2019s share of points above zero; choose one",
    );
    units.draw(life.shares[life.steps()], dead, life.deaths, k);
    drawPlane(weights, gradient, state, name);
    drawBars(now.sums, k, state, name);
    drawLine(k, state, name);
    numbers.draw(weights, gradient, state.learning_rate);
    drawMoves(state, k);
    said.say(sentence(state, life, now), "", !runner.playing());
  }

  const unfollow = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(stateOf())) draw();
  });
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      dead_units: {
        question: () =>
          `${many(model.get("hidden"), "unit")} (${KINDS[model.get("activation")][1]}) train at the learning rate ` +
          `${readable(model.get("learning_rate"))}. How many of them are dead after ${AFTER} steps?`,
        because() {
          const { mean, least, most } = deadOverSeeds(stateOf());
          return (
            `The layer was trained here for ${AFTER} steps; press Play to see it happen. From ${STARTS} starts, this one ` +
            `among them, it is ${format(mean, 1)} on average, ${least} at least and ${most} at most.`
          );
        },
        min: 0,
        max: 12,
        about: () => JSON.stringify(SETUP.map((name) => (name === "leak_from" ? null : model.get(name)))),
        answer: () => deadAfter(stateOf()),
        cover: [layer, shareFigure, said.el],
      },
      moved: {
        question: () =>
          `Training goes on for ${AFTER} more steps. How far do the two weights and the bias of unit ` +
          `${unitOf(stateOf()) + 1} move, as a distance?`,
        because: () => `They were trained on here for ${AFTER} steps.`,
        min: 0,
        about: () => JSON.stringify(stateOf()),
        answer: () => moved(stateOf()),
        cover: [shareFigure, ledgerFigure, said.el],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    for (const one of [runner, plane, bars, line, said]) one.stop();
  };
}

export default { render };
