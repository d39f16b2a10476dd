// A small network under pressure: its border, its losses and its weights while penalties pull on them.

import { chart } from "./shared/chart.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { Network, tensor } from "./shared/network.mjs";
import { EDGE, dataOf, judged, placesOf } from "./shared/playground.mjs";
import { generator } from "./shared/random.mjs";
import { button, choice, counter, figure, follow, h, many, menu, slider } from "./shared/ui.mjs";
import { percent, put, root, status, traitsOf } from "./shared/ui.mjs";
import { trainingPlayer } from "./shared/training_player.mjs";

const SETUP = ["data", "examples", "noise", "hidden", "l1", "l2", "proximal", "seed"];
const TRAITS = [...SETUP, "steps"];
const BLUR = 0.1, // of the points' places
  HELD_OUT = 200, // points of the validation set, and the most for training
  CELLS = 28,
  MOST_STEPS = 2000,
  PATIENCE = 100,
  RULE = { learning_rate: 0.1, momentum: 0.9 },
  TRIAL_STEPS = 600,
  SEEDS = 10,
  T9 = 2.2621571627409915, // 97.5 % of Student's t with 9 degrees of freedom lie below it
  SMALL = 1e-3,
  FLOOR = 1e-6; // where weights of exactly 0 are drawn
const DATA_NAMES = { gaussians: "two clouds", circle: "circle", xor: "XOR", spiral: "spiral" };
const FACTORS = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
export const CANDIDATES = [0, 0.003, 0.03]; // of the guess about L2

// ---- What it computes ----

/**
 * A state's points: { train, test, flipped }, flipped[i] where the label of training point i is wrong. More points, or
 * more wrong labels, are added to those that are there; the validation points stay, and their labels are right.
 */
export function pointsOf({ data, examples, noise, seed }) {
  const all = { data, noise: BLUR, examples: 2 * HELD_OUT, train_share: 0.5, data_seed: 20 + seed };
  const { train, test } = dataOf(all),
    { uniform } = generator(1000 + seed),
    flipped = Array.from({ length: HELD_OUT }, () => uniform() < noise).slice(0, examples);
  return {
    train: {
      x: tensor(train.x.data.subarray(0, 2 * examples), [examples, 2]),
      y: train.y.slice(0, examples).map((label, i) => (flipped[i] ? 1 - label : label)),
      count: examples,
    },
    test,
    flipped,
  };
}

/** How many of the training labels are wrong. */
export const wrongOf = (state) => pointsOf(state).flipped.filter(Boolean).length;

function netOf({ hidden, l1, l2, proximal, seed }) {
  const kernel_regularizer = { l1, l2, proximal };
  const layers = [
    ["Dense", { units: hidden, kernel_regularizer }],
    ["Tanh"],
    ["Dense", { units: 1, kernel_regularizer }],
  ];
  const net = new Network(layers, { input_shape: [2], seed });
  net.compile("BinaryCrossentropy", "SGD", RULE);
  return net;
}

/**
 * A network in training, all points in every step: { points, net, step(), steps(), curves }; curves has for each step,
 * the start included, loss and share right of training and validation points, without the penalties.
 */
export function trainingOf(state, measured = true) {
  const points = pointsOf(state),
    net = netOf(state),
    curves = { train: [], validation: [] };
  const measure = () => {
    curves.train.push(judged(net, points.train, true));
    curves.validation.push(judged(net, points.test, true));
  };
  function step() {
    if (net.iterations >= MOST_STEPS) return false;
    net.trainOnBatch(points.train.x, points.train.y);
    if (measured) measure();
    return net.iterations < MOST_STEPS;
  }
  if (measured) measure();
  return { points, net, step, steps: () => net.iterations, curves };
}

/** All kernels' weights, unit by unit: { into: [two weights into each], out: [the one out of it] }. */
export function weightsOf({ params: [kernel, , last] }) {
  const units = last.data.length;
  const into = Array.from({ length: units }, (_, k) => [kernel.data[k], kernel.data[units + k]]);
  return { into, out: [...last.data] };
}

/** How many weights there are, how many are smaller than a thousandth, and how many are exactly 0. */
export function countsOf({ into, out }) {
  const all = [...into.flat(), ...out];
  return {
    all: all.length,
    small: all.filter((w) => Math.abs(w) < SMALL).length,
    zero: all.filter((w) => w === 0).length,
  };
}

/**
 * What early stopping makes of a validation curve: the step with the lowest loss before `patience` steps without a
 * lower one, and the step at which training ends, null where it goes on.
 */
export function earlyStopping(losses, patience = PATIENCE) {
  let best = 0;
  for (let t = 1; t < losses.length; t++) {
    if (losses[t] < losses[best]) best = t;
    else if (t - best >= patience) return { best, stopped: t };
  }
  return { best, stopped: null };
}

/** The shares right, in %, of training and validation points after so many steps. */
function trial(state, count = TRIAL_STEPS) {
  const { net, points, step, steps } = trainingOf(state, false);
  while (steps() < count) step();
  return [points.train, points.test].map((part) => 100 * judged(net, part, true).right);
}

/** By how many percentage points the validation points are behind the training points. */
export function gap(state) {
  const [trained, held] = trial(state);
  return trained - held;
}

/** The share of the validation points that each of the candidates for lambda 2 gets right, in %. */
export const rightsOfL2 = (state) => CANDIDATES.map((l2) => trial({ ...state, l2 })[1]);

/** The candidate that gets most of them right; of equal ones the first. */
export const bestL2 = (rights) => CANDIDATES[rights.indexOf(Math.max(...rights))];

/** As far as the other seeds are trained. */
const stepsOf = ({ steps }) => steps || TRIAL_STEPS;

/** The shares of the validation points, in %, right with one seed: without a penalty and with the state's. */
export const pairOf = (state, seed) =>
  [{ l1: 0, l2: 0 }, {}].map((penalties) => trial({ ...state, ...penalties, seed }, stepsOf(state))[1]);

/** The mean of paired differences, its 95 % interval by Student's t, and how many are above and below zero. */
export function pairedOver(pairs) {
  const gaps = pairs.map(([without, under]) => under - without),
    mean = gaps.reduce((a, b) => a + b, 0) / SEEDS,
    deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (SEEDS - 1)),
    reach = (T9 * deviation) / Math.sqrt(SEEDS);
  const count = (fits) => gaps.filter(fits).length;
  return {
    mean,
    low: mean - reach,
    high: mean + reach,
    better: count((gap) => gap > 0),
    worse: count((gap) => gap < 0),
  };
}

// ---- Words ----

const L1_NAMES = { false: "gradient", true: "soft threshold" };

/** The penalties in words. */
export function penaltyText({ l1, l2, proximal }) {
  const parts = [l1 && `λ\u2081 = ${readable(l1)} by the ${L1_NAMES[proximal]}`, l2 && `λ\u2082 = ${readable(l2)}`];
  return parts.some(Boolean) ? `under ${parts.filter(Boolean).join(" and ")}` : "without a penalty";
}

/** What ten seeds say of the penalties. */
export function seedsText(state, pairs) {
  const { mean, low, high, better, worse } = pairedOver(pairs),
    signed = (value) => `${value > 0 ? "+" : ""}${value.toFixed(1).replace("-", "\u2212")}`;
  const [without, under] = [0, 1].map((i) => pairs.reduce((sum, pair) => sum + pair[i], 0) / pairs.length);
  return (
    `${SEEDS} seeds, each with its own points, labels and first weights, after ${many(stepsOf(state), "step")}: on average ` +
    `${percent(without / 100)} of the validation points right without a penalty and ${percent(under / 100)} ` +
    `${penaltyText(state)}. The paired difference is ${signed(mean)} points (95\u00a0% interval ${signed(low)} to ` +
    `${signed(high)}); better with ${many(better, "seed")}, worse with ${worse}.`
  );
}

/** The state in a few sentences. stop: of earlyStopping. */
export function sentence(state, { steps, curves, counts, stop }) {
  const [train, held] = [curves.train[steps], curves.validation[steps]],
    { all, small, zero } = counts;
  const opening =
    `${steps ? `After ${many(steps, "step")}` : "Before training"} ${penaltyText(state)}, the network gets ` +
    `${percent(train.right)} of ${many(state.examples, "training point")} right and ${percent(held.right)} of ` +
    `${HELD_OUT} validation points.`;
  const exact = zero ? `${zero === small ? "all" : zero} of them exactly 0` : "none of them exactly 0";
  const weights = small
    ? `Of its ${all} weights ${small} ${small === 1 ? "is" : "are"} smaller than ${SMALL} in size, ${exact}.`
    : `None of its ${all} weights is smaller than ${SMALL} in size.`;
  const { best, stopped } = stop;
  const early =
    stopped === null
      ? `Its validation loss was lowest at step ${best}.`
      : `Early stopping would have ended at step ${stopped} and given back the weights of step ${best}, which get ` +
        `${percent(curves.validation[best].right)} of the validation points right.`;
  return `${opening} ${steps ? `${early} ` : ""}${weights}`;
}

// ---- The view ----

const between = (low, high) => (value) => typeof value === "number" && value >= low && value <= high;
const CHECKS = {
  data: oneOf(...Object.keys(DATA_NAMES)),
  examples: (value) => whole(value, 20, HELD_OUT),
  noise: between(0, 0.4),
  hidden: (value) => whole(value, 1, 40),
  l1: between(0, 1),
  l2: between(0, 1),
  proximal: flag,
  seed: (value) => whole(value, 0, 99),
  steps: (value) => whole(value, 0, MOST_STEPS),
};
const SET = {
  data: "circle",
  examples: 40,
  noise: 0.15,
  hidden: 40,
  seed: 0,
  l1: 0,
  l2: 0,
  proximal: false,
  steps: 600,
};
const TOURS = {
  pressure: [
    [
      SET,
      "No penalty. The border bends until the points with wrong labels (hollow) are right too, and the validation loss, " +
        "which fell at first, has risen again. The diamond on the curve is where early stopping would have gone back to.",
    ],
    [
      { ...SET, l2: 0.003 },
      "The same start under λ\u2082 = 0.003. Smaller weights can\u2019t bend the border so sharply: the network gives up " +
        "the wrong labels, and gets more of the validation points right.",
    ],
    [
      { ...SET, l2: 0.03 },
      "Ten times the penalty. Now it costs more to have weights than to be wrong: all of them fade, each by the same " +
        "share in every step, and the network says the same everywhere.",
    ],
    [
      { ...SET, l1: 0.003 },
      "λ\u2081 = 0.003 in the place of λ\u2082. Its pull doesn\u2019t fade with the weight, so most weights come down to " +
        "almost nothing. But none is exactly 0: the step jumps over zero, to and fro.",
    ],
    [
      { ...SET, l1: 0.003, proximal: true },
      "The same λ\u2081 by the soft threshold, which stops at zero where the other step jumps over it. The small weights " +
        "are exactly 0 now, and the border is nearly the same.",
    ],
  ],
};

/** Loss and share right of training and validation points, now and where early stopping goes back to. */
function scoreboard() {
  const heads = [h("th", { scope: "col", colspan: 2 }), h("th", { scope: "col", colspan: 2 })];
  const rows = ["training", "validation"].map((name) => {
    const cells = Array.from({ length: 4 }, () => h("td"));
    return { cells, el: h("tr", {}, h("th", { scope: "row" }, name), cells) };
  });
  const el = h(
    "table",
    { class: "pr-scores", "aria-label": "Loss and share right" },
    h("thead", {}, h("tr", {}, h("td"), heads)),
    h(
      "tbody",
      {},
      rows.map((row) => row.el),
    ),
  );
  const shown = (loss) => (loss < 0.0005 ? "< 0.001" : readable(loss));
  function draw({ train, validation }, steps, best) {
    heads[0].textContent = `step ${steps}: loss, right`;
    heads[1].textContent = `early stopping, step ${best}`;
    [train, validation].forEach((curve, i) => {
      [steps, best].forEach((at, n) => {
        rows[i].cells[2 * n].textContent = shown(curve[at].loss);
        rows[i].cells[2 * n + 1].textContent = percent(curve[at].right);
      });
    });
  }
  return { el, draw };
}

function controlsOf(change, get) {
  const set = (name) => (value) => change({ [name]: value }),
    factors = FACTORS.map((value) => [value, String(value)]),
    sliding = (label, name, rest) => slider({ label, value: get(name), onInput: set(name), ...rest });
  const parts = {
    data: menu({ label: "Points", options: Object.entries(DATA_NAMES), onInput: set("data") }),
    examples: sliding("Training points", "examples", { min: 20, max: HELD_OUT, step: 10 }),
    noise: sliding("Wrong labels, about", "noise", { min: 0, max: 0.4, step: 0.05, show: percent }),
    seed: counter({ label: "Seed", min: 0, max: 99, value: get("seed"), onInput: set("seed") }),
    hidden: sliding("Units", "hidden", { min: 1, max: 40 }),
    l2: menu({ label: "λ\u2082, for squares", options: factors, onInput: set("l2") }),
    l1: menu({ label: "λ\u2081, for sizes", options: factors, onInput: set("l1") }),
    proximal: choice({
      label: "Step of λ\u2081",
      options: [
        [false, L1_NAMES.false],
        [true, L1_NAMES.true],
      ],
      value: get("proximal"),
      onInput: set("proximal"),
    }),
  };
  const row = (...names) =>
    h(
      "div",
      { class: "xp-row" },
      names.map((name) => parts[name].el),
    );
  const el = h(
    "div",
    { class: "pr-controls" },
    row("data", "examples", "noise", "seed"),
    row("hidden", "l2", "l1", "proximal"),
  );
  return {
    el,
    draw(state) {
      for (const [name, part] of Object.entries(parts)) part.set(state[name]);
      parts.proximal.el.hidden = !state.l1;
    },
  };
}

/** The training points as marks: by their labels, hollow where those are wrong. */
function markedPoints({ train, flipped }) {
  const of = (label, wrong) => Array.from(train.y.keys()).filter((i) => train.y[i] === label && flipped[i] === wrong);
  return [1, 0]
    .flatMap((label, style) =>
      [false, true].map((wrong) => {
        const own = of(label, wrong);
        return {
          kind: "points",
          name: wrong ? `class ${label} by a wrong label` : `class ${label}`,
          style,
          hollow: wrong,
          x: own.map((i) => train.x.data[2 * i]),
          y: own.map((i) => train.x.data[2 * i + 1]),
        };
      }),
    )
    .filter((mark) => mark.x.length);
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    keyOf = (state) => JSON.stringify(SETUP.map((name) => state[name])),
    places = placesOf(2, CELLS);
  let session,
    marks = [],
    before = null, // the validation curve of the network before the last change
    key = "",
    drawn = "";

  const change = (values) => put(model, { ...values, steps: 0 });
  const controls = controlsOf(change, (name) => model.get(name));
  const runner = trainingPlayer({
    model,
    session: () => session,
    draw: () => draw(),
    speeds: [1, 10, 60, 300, 1000],
    speed: 60,
    budget: 4,
  });
  const toBest = button("Go to early stopping\u2019s step", () => {
    if (toBest.getAttribute("aria-disabled") === "true") return;
    runner.pause();
    put(model, { steps: stopOf().best });
  });
  const stopOf = () => earlyStopping(session.curves.validation.map(({ loss }) => loss));

  const found = h("p", { class: "pr-note", role: "status" }),
    overSeeds = button("", repeat);
  let job = 0; // a number for the seeds in training: another one calls them off
  /** Trains ten seeds with and without the penalties, one at a time so that the page stays awake. */
  function repeat() {
    if (overSeeds.getAttribute("aria-disabled") === "true") return;
    runner.pause();
    const state = stateOf(),
      mine = ++job,
      pairs = [];
    found.textContent = "";
    (function next() {
      if (mine !== job) return;
      if (pairs.length === SEEDS) {
        found.textContent = seedsText(state, pairs);
        return offer(state);
      }
      overSeeds.textContent = `Training seed ${pairs.length + 1} of ${SEEDS} \u2026`;
      overSeeds.setAttribute("aria-disabled", true);
      setTimeout(() => {
        if (mine !== job) return;
        pairs.push(pairOf(state, (state.seed + pairs.length) % 100));
        next();
      });
    })();
  }
  function offer({ l1, l2 }) {
    overSeeds.textContent = `Penalty or luck? Train ${SEEDS} seeds with it and without`;
    overSeeds.setAttribute("aria-disabled", !l1 && !l2);
  }

  const plane = chart({ height: 250, reading: false }),
    curve = chart({ height: 190 }),
    strip = chart({ height: 190 }),
    scores = scoreboard(),
    said = status(),
    stripCaption = h("span");
  const planeFigure = figure("What the network says: blue for class 1, brown for class 0", plane.el),
    curveFigure = figure("Loss by step, without the penalties", curve.el),
    stripFigure = figure(stripCaption, strip.el),
    seeds = h("div", { class: "pr-seeds" }, overSeeds, found),
    table = h("div", {}, scores.el, h("div", { class: "xp-row pr-go" }, toBest));
  root(
    el,
    "A small network under pressure",
    "One hidden layer of tanh units learns from few points, some with wrong labels. Penalties pull on its weights.",
  ).append(
    controls.el,
    runner.el,
    h("div", { class: "pr-stage" }, planeFigure, h("div", {}, curveFigure, table)),
    stripFigure,
    said.el,
    seeds,
  );

  function sync(state) {
    const next = keyOf(state);
    if (next === key && state.steps === session.steps()) return;
    if (next !== key || state.steps < session.steps()) {
      if (next !== key && session?.steps() >= 50) before = session.curves.validation.map(({ loss }) => loss);
      session = trainingOf(state);
      marks = markedPoints(session.points);
    }
    if (next !== key) {
      job += 1;
      found.textContent = "";
      offer(state);
    }
    key = next;
    while (session.steps() < state.steps && session.step());
    runner.at(session.steps(), session.steps() >= MOST_STEPS);
  }
  function drawPlane() {
    const scores = session.net.forward(places).data,
      values = new Float64Array(2 * scores.length);
    for (let i = 0; i < scores.length; i++) {
      values[2 * i] = scores[i] / 6;
      values[2 * i + 1] = -scores[i] / 6;
    }
    plane.draw({
      label: "What the network says in the plane",
      marks: [{ kind: "field", names: ["class 1", "class 0"], values, columns: CELLS, rows: CELLS }, ...marks],
      x: { label: "x\u2081", domain: [-EDGE, EDGE] },
      y: { label: "x\u2082", domain: [-EDGE, EDGE] },
    });
  }
  function drawCurves({ best }) {
    const { train, validation } = session.curves,
      steps = session.steps();
    const thin = (list, last = list.length - 1) => {
      const every = Math.ceil((last + 1) / 250),
        x = list.map((_, t) => t).filter((t) => t <= last && (t % every === 0 || t === last));
      return { x, y: x.map((t) => list[t].loss ?? list[t]) };
    };
    curve.draw({
      label: "Loss by step",
      marks: [
        { kind: "line", name: "training", ...thin(train), style: 0 },
        { kind: "line", name: "validation", ...thin(validation), style: 1 },
        ...(before
          ? [
              {
                kind: "line",
                name: "validation, before the change",
                ...thin(before, Math.min(before.length - 1, Math.max(steps, 20))),
                style: 2,
              },
            ]
          : []),
        ...(steps ? [{ kind: "points", name: "early stopping", x: [best], y: [validation[best].loss], style: 3 }] : []),
      ],
      x: { label: "step", domain: [0, Math.max(20, steps)] },
      y: { label: "loss", zero: true },
    });
  }
  function drawWeights(weights, { all, small, zero }) {
    const sizes = weights.into.flatMap((pair, k) => pair.map((w) => [k + 1, Math.abs(w)])),
      outs = weights.out.map((w, k) => [k + 1, Math.abs(w)]),
      most = Math.max(...[...sizes, ...outs].map(([, size]) => size));
    const series = (name, list, style) => {
      const seen = list.filter(([, size]) => size > 0);
      return {
        kind: "points",
        name,
        style,
        x: seen.map(([k]) => k),
        y: seen.map(([, size]) => Math.max(FLOOR, size)),
      };
    };
    const none = [...sizes, ...outs].filter(([, size]) => size === 0);
    stripCaption.replaceChildren(
      h("b", {}, `${all} weights, ${small} smaller than ${SMALL}, ${zero} exactly 0.`),
      " The size of each, by its hidden unit",
    );
    const units = weights.out.length;
    strip.draw({
      label: "Sizes of the weights",
      marks: [
        { kind: "line", name: "a thousandth", x: [0.5, units + 0.5], y: [SMALL, SMALL], style: 4, quiet: true },
        series("into the unit", sizes, 0),
        series("out of it", outs, 1),
        ...(none.length
          ? [
              {
                kind: "points",
                name: "exactly 0",
                style: 3,
                hollow: true,
                x: none.map(([k]) => k),
                y: none.map(() => FLOOR),
              },
            ]
          : []),
      ],
      x: { label: "hidden unit", domain: [0.5, units + 0.5] },
      y: { label: "size of the weight", log: true, domain: [FLOOR / 2, Math.max(10, 2 * most)] },
    });
  }
  function draw() {
    const state = stateOf();
    if (keyOf(state) !== key) controls.draw(state); // not while it only trains
    sync(state);
    drawn = JSON.stringify(state);
    const stop = stopOf(),
      weights = weightsOf(session.net),
      counts = countsOf(weights),
      steps = session.steps();
    drawPlane();
    drawCurves(stop);
    drawWeights(weights, counts);
    scores.draw(session.curves, steps, stop.best);
    toBest.setAttribute("aria-disabled", stop.best === steps);
    said.say(sentence(state, { steps, curves: session.curves, counts, stop }), "", !runner.playing());
  }

  const unfollow = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(stateOf())) draw();
  });
  const learner = () =>
    `${many(model.get("hidden"), "unit")} ${model.get("hidden") === 1 ? "learns" : "learn"} ${model.get("examples")} ` +
    `points (${DATA_NAMES[model.get("data")]}), ${wrongOf(stateOf())} of them with wrong labels`;
  const about = (...without) =>
    JSON.stringify(SETUP.filter((name) => !without.includes(name)).map((name) => model.get(name)));
  let rights = []; // of the candidates, when they were asked for
  const scored = (l2, i) => `λ\u2082 = ${readable(l2)} gets ${percent(rights[i] / 100)}`;
  const cover = [planeFigure, curveFigure, table, said.el, seeds];
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      best_l2: {
        question: () =>
          `${learner()}. Which λ\u2082 gets most of the validation points right after ${TRIAL_STEPS} steps?`,
        because: () =>
          `Three networks were trained here from the same start: ${CANDIDATES.map(scored).join(", ")}. ` +
          "Other seeds have other points.",
        options: CANDIDATES,
        about: () => about("l2"),
        answer() {
          rights = rightsOfL2(stateOf());
          return bestL2(rights);
        },
        cover,
      },
      gap: {
        question: () =>
          `${learner()}, ${penaltyText(stateOf())}. After ${TRIAL_STEPS} steps, how many percentage points less of the ` +
          "validation points than of the training points does the network get right?",
        because: () => `It was trained here for ${TRIAL_STEPS} steps. Press Play to see it happen.`,
        unit: "points",
        min: -100,
        max: 100,
        about: () => about(),
        answer: () => gap(stateOf()),
        cover,
      },
    },
  });
  return () => {
    job += 1;
    unfollow();
    unteach();
    for (const one of [runner, plane, curve, strip, said]) one.stop();
  };
}

export default { render };
