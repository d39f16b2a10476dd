// The linear autoencoder: it trains in the page beside PCA and finds PCA's plane, but not its axes; then a non-linearity.

import { chart } from "./shared/chart.mjs";
import { markPath, readable, round } from "./shared/chart_numbers.mjs";
import { arrowOf, draggable } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { dot, meanOf, norm, orthonormal, principalAngles } from "./shared/linear_algebra.mjs";
import { principalComponents, product, transposed } from "./shared/linear_algebra.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { Network, tensor } from "./shared/network.mjs";
import { generator } from "./shared/random.mjs";
import { trainingPlayer } from "./shared/training_player.mjs";
import { button, choice, clamp, counter, figure, follow, format, h, many, menu, percent } from "./shared/ui.mjs";
import { put, remembered, root, status, svg, traitsOf } from "./shared/ui.mjs";

const POINTS = 60,
  FRESH = 200, // points of the same kind that no network has seen
  FEATURES = 3,
  HIDDEN = 8,
  MOMENTUM = 0.9,
  MOST_STEPS = 1000,
  STARTS = 8, // seeds beside which an answer is set
  RADIANS = Math.PI / 180;
/** Which way the clouds lie in space. */
const FRAME = orthonormal([
  [2, 1, 1],
  [-1, 2, 0.5],
  [0, 0, 1],
]);

// ---- The points ----

/** The clouds: how they are called, and a point of each in its own frame. */
const CLOUDS = {
  ellipsoid: ["an ellipsoid", ({ normal }) => [1.5 * normal(), 0.9 * normal(), 0.35 * normal()]],
  sheet: [
    "a bent sheet",
    ({ uniform, normal }) => {
      const [bend, along] = [1.3 * (2 * uniform() - 1), 1.1 * (2 * uniform() - 1)];
      return [1.5 * Math.sin(bend), along, 1.5 * Math.cos(bend)].map((value) => value + 0.07 * normal());
    },
  ],
};
const SEEDS = { ellipsoid: 1, sheet: 2 };

/** The points, with their mean taken off, and fresh ones less the same mean: { points, fresh }. */
export const dataOf = remembered(["cloud"], ({ cloud }) => {
  const random = generator(SEEDS[cloud]),
    drawn = Array.from({ length: POINTS + FRESH }, () => product([CLOUDS[cloud][1](random)], FRAME)[0]),
    mean = meanOf(drawn.slice(0, POINTS)),
    centred = drawn.map((point) => point.map((value, j) => value - mean[j]));
  return { points: centred.slice(0, POINTS), fresh: centred.slice(POINTS) };
});

const squares = (rows) => rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length;

/**
 * What PCA does with the points: its components, the variances along them (over the number of points, so that they
 * compare with a mean), and the mean squared distance that its first `units` axes leave of the points and of fresh ones.
 */
export function pcaOf({ cloud, units }) {
  const { points, fresh } = dataOf({ cloud }),
    { components, variances } = principalComponents(points, { ddof: 0 }),
    others = transposed(components.slice(units));
  return {
    components,
    variances,
    left: variances.slice(units).reduce((sum, value) => sum + value, 0),
    fresh: squares(product(fresh, others)),
  };
}

// ---- The network ----

const ACTIVATIONS = { linear: null, "deep linear": [], tanh: [["Tanh"]], relu: [["ReLU"]] };
const NAMES = { linear: "linear", "deep linear": "deep linear", tanh: "tanh", relu: "ReLU" };
export const isLinear = ({ network }) => network === "linear" || network === "deep linear";

const dense = (units) => ["Dense", { units }];
/** Its layers, encoder and decoder. */
function halves({ network, units }) {
  const between = ACTIVATIONS[network];
  if (!between) return [[dense(units)], [dense(FEATURES)]];
  return [
    [dense(HIDDEN), ...between, dense(units)],
    [dense(HIDDEN), ...between, dense(FEATURES)],
  ];
}

const rowsOf = ({ shape: [, columns], data }) =>
  Array.from({ length: data.length / columns }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
const tensorOf = (rows) => tensor(rows.flat(), [rows.length, rows[0].length]);

/**
 * An autoencoder that trains: all points in every step, gradient descent with momentum. Returns { step(), finish(),
 * steps(), failed(), losses, angles, now(), decode(codes) }: losses[t] is the mean squared distance between points and what is rebuilt after t
 * steps, angles[t] the angles between PCA's space and the decoder's (of a linear one), in degrees, the largest last.
 * now() gives { weights, codes, rebuilt, axes, fresh }: axes are the directions into which a linear decoder takes each
 * unit of the code, fresh the loss of fresh points.
 */
export function autoencoderOf(state) {
  const { points, fresh } = dataOf(state),
    [encoder, decoder] = halves(state),
    net = new Network([...encoder, ...decoder], { input_shape: [FEATURES], seed: state.seed }),
    x = tensorOf(points),
    freshX = tensorOf(fresh),
    { components } = pcaOf(state),
    space = components.slice(0, state.units),
    losses = [],
    angles = [];
  net.compile("MeanSquaredError", "SGD", { learning_rate: state.learning_rate, momentum: MOMENTUM });
  let taken = 0,
    failed = false;

  const rebuiltOf = (inputs) => net.forward(inputs);
  const lossOf = (inputs) => {
    const { data } = rebuiltOf(inputs);
    return data.reduce((sum, value, i) => sum + (value - inputs.data[i]) ** 2, 0) / inputs.shape[0];
  };
  function axesOf() {
    const kernels = net.layers.slice(encoder.length).map(({ kernel }) => kernel),
      matrices = kernels.map((kernel) => rowsOf(kernel));
    return matrices.reduce(product);
  }
  function look() {
    losses.push(lossOf(x));
    if (isLinear(state)) angles.push(principalAngles(axesOf(), space).map((angle) => angle / RADIANS));
    failed = !Number.isFinite(losses.at(-1));
  }
  function step() {
    if (failed || taken >= MOST_STEPS) return false;
    net.trainOnBatch(x, x.data);
    taken += 1;
    look();
    return !failed && taken < MOST_STEPS;
  }
  /** All steps at once, without a look in between: the loss at the end. */
  function finish() {
    for (; taken < MOST_STEPS; taken++) net.trainOnBatch(x, x.data);
    return lossOf(x);
  }
  const decode = (codes) =>
    rowsOf(net.layers.slice(encoder.length).reduce((value, layer) => layer.forward(value), tensorOf(codes)));
  function now() {
    const freshLoss = lossOf(freshX),
      rebuilt = rowsOf(rebuiltOf(x)),
      codes = rowsOf(net.outputs[encoder.length - 1]);
    return {
      weights: net.getWeights(),
      rebuilt,
      codes,
      axes: isLinear(state) ? axesOf() : null,
      fresh: freshLoss,
    };
  }
  look();
  return { step, finish, now, decode, losses, angles, steps: () => taken, failed: () => failed };
}

/** The angle between two axes, in degrees. */
export const between = (a, b) => Math.acos(Math.min(1, Math.abs(dot(a, b)) / norm(a) / norm(b))) / RADIANS;

// ---- The guesses ----

const SETUP = ["cloud", "units", "network", "learning_rate", "seed"];
/** What an autoencoder is after all steps: its last loss, and what now() gives. */
function endOf(state) {
  const session = autoencoderOf(state),
    loss = session.finish();
  return { loss, ...session.now() };
}
const ended = remembered(SETUP, endOf);
/** The mean squared distance after all steps. */
export const finalLoss = (state) => ended(state).loss;
/** The same as a share of PCA's, in %. */
export const shareOfPca = (state) => (100 * finalLoss(state)) / pcaOf(state).left;
/** How far the first axis of a linear decoder lies from PCA's first, in degrees, after all steps; NaN of others. */
export const firstAxis = (state) => (isLinear(state) ? between(ended(state).axes[0], pcaOf(state).components[0]) : NaN);
/** The same from other starts: the least and the most of eight seeds. */
function firstAxisOverSeeds(state) {
  const found = Array.from({ length: STARTS }, (_, i) => {
    const one = { ...state, seed: (state.seed + i) % 100 };
    return between(endOf(one).axes[0], pcaOf(one).components[0]);
  });
  return [Math.min(...found), Math.max(...found)];
}

// ---- Words ----

const degrees = (angle) => (angle < 0.01 ? "less than 0.01°" : `${readable(angle)}°`);
const space = (units) => (units === 1 ? "line" : "plane");
/** The state in a few sentences. */
export function sentence(state, session, { axes, fresh }) {
  const { units } = state,
    steps = session.steps(),
    pca = pcaOf(state),
    loss = session.losses[steps];
  if (session.failed()) return `After ${many(steps, "step")} the weights are no longer numbers. Take a smaller rate.`;
  const head = `${steps ? `After ${many(steps, "step")}` : "Before training"} the mean squared distance is ${readable(loss)}; PCA\u2019s first ${units === 1 ? "axis leaves" : "two axes leave"} ${readable(pca.left)}, the sum of the left-out eigenvalues.`;
  const unseen = `On ${FRESH} fresh points: ${readable(fresh)}, PCA ${readable(pca.fresh)}.`;
  if (!axes)
    return `${head} ${loss < pca.left ? `That is ${percent(loss / pca.left)} of PCA\u2019s: a surface that bends may beat the best ${space(units)}.` : `What is rebuilt lies on a ${units === 1 ? "curve" : "surface"} that may bend.`} ${unseen}`;
  const angle = session.angles[steps].at(-1),
    first = between(axes[0], pca.components[0]),
    apart = units === 2 ? `, and the two ${degrees(between(axes[0], axes[1]))} from each other` : "";
  return `${head} The decoder\u2019s ${space(units)} lies ${degrees(angle)} from PCA\u2019s. Its ${units === 1 ? "axis" : "first axis"} lies ${degrees(first)} from PCA\u2019s first${apart}. ${unseen}`;
}

// ---- The picture in space ----

const SIZE = 340;
/** Orthographic: the matrix whose rows are the picture's right, up and depth, of a view turned and tilted by degrees. */
export function viewOf({ yaw, pitch }) {
  const [sin, cos] = [Math.sin(RADIANS * yaw), Math.cos(RADIANS * yaw)],
    [rise, fall] = [Math.sin(RADIANS * pitch), Math.cos(RADIANS * pitch)];
  return [
    [cos, -sin, 0],
    [-sin * rise, -cos * rise, fall],
    [sin * fall, cos * fall, rise],
  ];
}
/** The view along a direction, from above: { yaw, pitch }. */
export function viewAlong(direction) {
  const [x, y, z] = direction[2] < 0 ? direction.map((value) => -value) : direction;
  const tenths = (value) => Math.round(10 * value) / 10;
  return { yaw: tenths(Math.atan2(x, y) / RADIANS), pitch: tenths(Math.asin(Math.min(1, z)) / RADIANS) };
}

const steps = (low, high, count) => Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
const LINES = 7,
  FINE = 15;
/** The lines of a net over a box of codes, each a list of codes: along each unit in turn, the others held. */
export function netOver(codes) {
  const ends = transposed(codes).map((values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)],
      room = 0.05 * (high - low);
    return [low - room, high + room];
  });
  if (ends.length === 1) return [steps(...ends[0], 4 * FINE).map((value) => [value])];
  return [0, 1].flatMap((held) =>
    steps(...ends[held], LINES).map((at) =>
      steps(...ends[1 - held], FINE).map((value) => (held === 0 ? [at, value] : [value, at])),
    ),
  );
}

function spaceView(change, stateOf) {
  const names = ["plane", "mesh", "residuals", "points", "rebuilt", "pca", "axes"],
    parts = Object.fromEntries(names.map((name) => [name, svg("path", { class: `la-${name}` })])),
    labels = svg("g", {}),
    drawing = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, "aria-hidden": "true" }, Object.values(parts), labels);
  const el = h(
    "div",
    {
      class: "la-space",
      role: "slider",
      tabindex: 0,
      "aria-label": "View: drag or arrow keys turn it",
      "aria-valuemin": -180,
      "aria-valuemax": 180,
    },
    drawing,
  );
  const turned = (yaw) => ((((yaw + 180) % 360) + 360) % 360) - 180;
  const turn = (yaw, pitch) =>
    change({ yaw: Number(turned(yaw).toFixed(1)), pitch: Number(clamp(pitch, -90, 90).toFixed(1)) });
  let from = [0, 0];
  draggable(el, {
    from: () => [0, 0], // what moves is how far the hand has gone
    onGrab() {
      const { yaw, pitch } = stateOf();
      from = [yaw, pitch];
    },
    onMove: (x, y) => turn(from[0] + x / 2, from[1] + y / 2),
    onKey(event) {
      const by = arrowOf(event);
      if (!by) return false;
      const { yaw, pitch } = stateOf();
      turn(yaw + 5 * by[0], pitch + 5 * by[1]);
      return true;
    },
  });

  function draw(state, session, { rebuilt, codes, axes }) {
    const { points } = dataOf(state),
      { components, variances } = pcaOf(state),
      [right, up] = viewOf(state),
      reach = 1.12 * Math.max(...points.map(norm)),
      gain = SIZE / 2 / reach;
    const place = (point) => [SIZE / 2 + gain * dot(right, point), SIZE / 2 - gain * dot(up, point)],
      at = (point) => place(point).map(round).join(" "),
      path = (line) => `M${line.map(at).join("L")}`,
      set = (name, d) => parts[name].setAttribute("d", d);
    const corner = (...by) => [0, 1, 2].map((j) => by.reduce((sum, b, i) => sum + b * components[i][j], 0)),
      [one, two] = variances.map((value) => 2.2 * Math.sqrt(value));
    const sides =
      state.units === 1
        ? [corner(-one), corner(one)]
        : [corner(-one, -two), corner(one, -two), corner(one, two), corner(-one, two), corner(-one, -two)];
    set("plane", path(sides));
    set(
      "mesh",
      session.failed()
        ? ""
        : netOver(codes)
            .map((line) => path(session.decode(line)))
            .join(""),
    );
    set("residuals", points.map((point, i) => path([point, rebuilt[i]])).join(""));
    const dots = (rows, r) => rows.map((row) => markPath("circle", ...place(row), r)).join("");
    set("points", dots(points, 3.6));
    set("rebuilt", dots(rebuilt, 2));
    const tip = (direction) => direction.map((value) => (0.62 * reach * value) / norm(direction)),
      arms = (directions) => directions.map((direction) => path([[0, 0, 0], tip(direction)])).join("");
    const best = components.slice(0, state.units);
    set("pca", arms(best));
    set("axes", axes ? arms(axes) : "");
    const label = (direction, text, name) => {
      const [x, y] = place(tip(direction).map((value) => 1.12 * value));
      return svg("text", { x: round(x), y: round(y + 4), "text-anchor": "middle", class: `la-${name}-text` }, text);
    };
    labels.replaceChildren(
      ...best.map((direction, i) => label(direction, `PCA ${i + 1}`, "pca")),
      ...(axes ?? []).map((direction, i) => label(direction, `unit ${i + 1}`, "axes")),
    );
    el.setAttribute("aria-valuenow", Math.round(state.yaw));
    el.setAttribute("aria-valuetext", `turned ${format(state.yaw, 0)}°, tilted ${format(state.pitch, 0)}°`);
  }
  return { el, draw };
}

// ---- The view ----

const RATES = [0.003, 0.01, 0.03];
const within = (low, high) => (value) => number(value) && value >= low && value <= high;
/** What a link may set, as Python has it. */
export const CHECKS = {
  cloud: oneOf(...Object.keys(CLOUDS)),
  units: (value) => whole(value, 1, 2),
  network: oneOf(...Object.keys(NAMES)),
  learning_rate: within(0.0001, 0.03),
  seed: (value) => whole(value, 0, 99),
  steps: (value) => whole(value, 0, MOST_STEPS),
  yaw: within(-180, 180),
  pitch: within(-90, 90),
};
const TRAITS = Object.keys(CHECKS);
const PLAIN = { cloud: "ellipsoid", units: 2, network: "linear", learning_rate: 0.03, seed: 0, yaw: 127, pitch: 55 };
const side = ({ cloud }) => viewAlong(pcaOf({ cloud, units: 2 }).components[1]),
  face = ({ cloud }) => viewAlong(pcaOf({ cloud, units: 2 }).components[2]);
const TOURS = {
  plane_and_surface: [
    [
      { ...PLAIN, steps: 0 },
      "Sixty points in space, and a network that has to pass each of them through two numbers. What it can rebuild lies on the purple plane, at the start somewhere; the green one is PCA\u2019s.",
    ],
    [
      { ...PLAIN, steps: 60, ...side(PLAIN) },
      "Sixty steps, seen along PCA\u2019s plane. The loss pulls the purple plane towards the points, although nobody speaks of variances or eigenvectors.",
    ],
    [
      { ...PLAIN, steps: 1000, ...side(PLAIN) },
      "The planes have become one, and the loss is the sum of the left-out eigenvalues. No linear network can do better: PCA\u2019s space leaves the least squares of all.",
    ],
    [
      { ...PLAIN, steps: 1000, ...face(PLAIN) },
      "The same, seen from in front. The space is PCA\u2019s, its axes are not: any two directions that span the plane rebuild the points equally well. Another seed, other axes.",
    ],
    [
      { ...PLAIN, cloud: "sheet", steps: 1000, ...side({ cloud: "sheet" }) },
      "A bent sheet. It has two dimensions, but no plane follows it, and so both fail alike.",
    ],
    [
      { ...PLAIN, cloud: "sheet", network: "tanh", steps: 1000, ...side({ cloud: "sheet" }) },
      "Layers of eight units with tanh before and after the code. The surface bends, and the loss falls far below what PCA leaves, on fresh points too. Take \u201cdeep linear\u201d to see that the depth alone has not done it.",
    ],
  ],
};

function controlsOf(change, setView, get) {
  const set = (name) => (value) => change({ [name]: value });
  const parts = {
    cloud: menu({
      label: "Points",
      options: Object.entries(CLOUDS).map(([name, [text]]) => [name, text]),
      onInput: set("cloud"),
    }),
    network: choice({
      label: "Autoencoder",
      options: Object.entries(NAMES),
      value: get("network"),
      onInput: set("network"),
    }),
    units: counter({ label: "Code units", min: 1, max: 2, value: get("units"), onInput: set("units") }),
    learning_rate: menu({
      label: "Learning rate",
      options: RATES.map((rate) => [rate, String(rate)]),
      onInput: set("learning_rate"),
    }),
    seed: counter({ label: "Start (seed)", min: 0, max: 99, value: get("seed"), onInput: set("seed") }),
  };
  const el = h(
    "div",
    { class: "xp-row la-controls" },
    ["cloud", "network", "units", "seed"].map((name) => parts[name].el),
  );
  const views = h(
    "div",
    { class: "xp-row la-views" },
    h("span", {}, "PCA\u2019s plane:"),
    button("from the side", () => setView(side)),
    button("from in front", () => setView(face)),
  );
  return {
    el,
    pace: parts.learning_rate.el,
    views,
    draw(state) {
      for (const [name, part] of Object.entries(parts)) part.set(state[name]);
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    keyOf = (state) => JSON.stringify(SETUP.map((name) => state[name]));
  let session,
    key = "",
    drawn = "";
  const change = (values) => put(model, { ...values, steps: 0 });
  const controls = controlsOf(
      change,
      (view) => put(model, view(stateOf())),
      (name) => model.get(name),
    ),
    room = spaceView((values) => put(model, values), stateOf),
    lossChart = chart({ height: 170 }),
    angleChart = chart({ height: 150 }),
    said = status();
  said.el.classList.add("la-said");
  const runner = trainingPlayer({
    model,
    session: () => session,
    draw: () => draw(),
    speeds: [5, 20, 60, 300],
    speed: 60,
  });
  const lossFigure = figure(
      [h("b", {}, "Loss"), ": mean squared distance between the points and what is rebuilt"],
      lossChart.el,
    ),
    angleCaption = h("span"),
    angleFigure = figure(angleCaption, angleChart.el),
    eigenvalues = h("p", { class: "la-eigenvalues" });
  root(
    el,
    "The linear autoencoder",
    "Press Play: a network learns to rebuild points in space from one or two numbers. Drag the picture to turn it.",
  ).append(
    controls.el,
    h("div", { class: "xp-row la-pace" }, runner.el, controls.pace),
    h(
      "div",
      { class: "la-stage" },
      h("div", {}, room.el, controls.views, eigenvalues),
      h("div", { class: "la-side" }, lossFigure, angleFigure),
    ),
    said.el,
  );

  const over = () => session.failed() || session.steps() >= MOST_STEPS;
  function sync(state) {
    const next = keyOf(state);
    if (next === key && state.steps === session.steps()) return;
    if (next !== key || state.steps < session.steps()) session = autoencoderOf(state);
    key = next;
    while (session.steps() < state.steps && session.step());
    runner.at(session.steps(), over());
  }
  function drawCharts(state) {
    const taken = session.steps(),
      every = Math.ceil((taken + 1) / 250),
      x = session.losses.map((_, t) => t).filter((t) => t % every === 0 || t === taken),
      { left } = pcaOf(state),
      y = x.map((t) => session.losses[t]),
      until = Math.max(20, taken);
    lossChart.draw({
      label: "Loss by step",
      x: { label: "step", domain: [0, until] },
      y: {
        label: "mean squared distance",
        log: true,
        domain: [0.8 * Math.min(left, ...y), 1.2 * Math.max(left, ...y)],
      },
      legend: true,
      marks: [
        { kind: "line", name: "autoencoder", x, y, style: 0 },
        { kind: "line", name: "PCA: left-out eigenvalues", x: [0, until], y: [left, left], style: 2 },
      ],
    });
    const linear = isLinear(state);
    angleCaption.replaceChildren(
      h("b", {}, `Angle between the two ${space(state.units)}s`),
      linear ? ", the largest principal angle" : `: none, for what is rebuilt lies on no ${space(state.units)}`,
    );
    angleChart.el.hidden = !linear;
    if (linear)
      angleChart.draw({
        label: "Angle by step",
        x: { label: "step", domain: [0, until] },
        y: { label: "degrees", log: true, domain: [1e-4, 100] },
        marks: [{ kind: "line", name: "angle", x, y: x.map((t) => session.angles[t].at(-1)), style: 0 }],
      });
  }
  function draw() {
    const state = stateOf();
    if (keyOf(state) !== key) controls.draw(state);
    sync(state);
    drawn = JSON.stringify(state);
    const now = session.now();
    room.draw(state, session, now);
    drawCharts(state);
    eigenvalues.textContent = `Eigenvalues of the covariance: ${pcaOf(state).variances.map(readable).join(", ")}.`;
    said.say(sentence(state, session, now), "", !runner.playing());
  }

  const unfollow = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(stateOf())) draw();
  });
  const setup = () => {
    const { network, units, cloud } = stateOf();
    return `${CLOUDS[cloud][0][0].toUpperCase()}${CLOUDS[cloud][0].slice(1)}, and an autoencoder (${NAMES[network]}) with ${many(units, "code unit")} that trains for ${MOST_STEPS} steps.`;
  };
  const about = () => JSON.stringify(SETUP.map((name) => model.get(name))),
    cover = [lossFigure, angleFigure, said.el];
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      final_loss: {
        question: () => `${setup()} At which mean squared distance does it end?`,
        about,
        answer: () => finalLoss(stateOf()),
        because: () =>
          `It was trained here. PCA leaves ${format(pcaOf(stateOf()).left, 4)}, the sum of the eigenvalues it leaves out.`,
        min: 0,
        decimals: 3,
        cover,
      },
      share_of_pca: {
        question: () => `${setup()} How large is its loss in the end, in % of what PCA leaves with as many axes?`,
        about,
        answer: () => shareOfPca(stateOf()),
        because: () => {
          const state = stateOf(),
            { fresh } = ended(state);
          return `On ${FRESH} fresh points it is ${percent(fresh / pcaOf(state).fresh)}.`;
        },
        unit: "%",
        min: 0,
        cover,
      },
      first_axis: {
        question: () =>
          `${setup()} How many degrees lie between PCA\u2019s first axis and the direction into which the decoder takes the first code unit?`,
        about: () => (isLinear(stateOf()) ? about() : ""),
        answer: () => firstAxis(stateOf()),
        because: () => {
          if (model.get("network") !== "linear" || model.get("units") === 1) return "";
          const [least, most] = firstAxisOverSeeds(stateOf());
          return `From ${STARTS} starts it is ${format(least, 1)}° to ${format(most, 1)}°: the space is PCA\u2019s, its axes are nobody\u2019s.`;
        },
        unit: "°",
        min: 0,
        max: 90,
        cover: [...cover, room.el],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    for (const one of [runner, lossChart, angleChart, said]) one.stop();
  };
}

export default { render };
