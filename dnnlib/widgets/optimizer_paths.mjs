// Optimizer paths: gradient descent and its kin walk down a surface of losses over two weights.

import { onTheme } from "./shared/canvas.mjs";
import { DASHES, SHAPES, chart } from "./shared/chart.mjs";
import { fieldPoints, layoutOf, linePath, markPath, readable, round, tickText } from "./shared/chart_numbers.mjs";
import { zeroLines } from "./shared/chart_numbers.mjs";
import { arrowOf, draggable } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { OPTIMIZERS } from "./shared/network.mjs";
import { limitsOf, paint, themed } from "./shared/picture.mjs";
import { player } from "./shared/player.mjs";
import { generator } from "./shared/random.mjs";
import { button, clamp, figure, follow, format, h, inFrame, many, menu, put } from "./shared/ui.mjs";
import { root, slider, status, svg, toggle, traitsOf, uid } from "./shared/ui.mjs";

const MOST_STEPS = 1000; // of a path without a budget
const GRID = 56; // cells of the map along each axis
const LEVELS = 9; // contour lines

/** The rules: dnnlib's class and arguments, and up to which rate × curvature each converges on a quadratic surface. */
export const METHODS = {
  sgd: { name: "SGD", rule: "SGD", options: () => ({}), bound: () => 2 },
  momentum: {
    name: "momentum",
    rule: "SGD",
    options: ({ momentum }) => ({ momentum }),
    bound: ({ momentum: m }) => 2 * (1 + m),
  },
  nesterov: {
    name: "Nesterov",
    rule: "SGD",
    options: ({ momentum }) => ({ momentum, nesterov: true }),
    bound: ({ momentum: m }) => (2 * (1 + m)) / (1 + 2 * m),
  },
  rmsprop: { name: "RMSprop", rule: "RMSprop", options: () => ({}) },
  adam: { name: "Adam", rule: "Adam", options: () => ({}) },
};
const NAMES = Object.keys(METHODS);

// Surfaces: each has loss, gradient and hessian [xx, xy, yy] of a place, the middle and half the width of its map

/** The eigenvalues of a symmetric matrix [xx, xy, yy], the larger first, and the unit vector of the larger. */
export function eigen([a, b, c]) {
  const middle = (a + c) / 2,
    radius = Math.hypot((a - c) / 2, b),
    angle = Math.atan2(2 * b, a - c) / 2;
  return { values: [middle + radius, middle - radius], vector: [Math.cos(angle), Math.sin(angle)] };
}

function quadratic([a, b, c]) {
  return {
    constant: true,
    least: 0,
    loss: ([x, y]) => (a * x * x + 2 * b * x * y + c * y * y) / 2,
    gradient: ([x, y]) => [a * x + b * y, b * x + c * y],
    hessian: () => [a, b, c],
    middle: [0, 0],
    half: 2.5,
  };
}

/** A valley with the curvatures 1 along its floor and `condition` across, its floor turned by so many degrees. */
function valley({ condition, rotation }) {
  const angle = (rotation * Math.PI) / 180,
    [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return quadratic([cos * cos + condition * sin * sin, (1 - condition) * sin * cos, sin * sin + condition * cos * cos]);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean and the standard deviation that standardise inputs; 0 and 1 where they stay, 1 where all are alike. */
export function scaling({ points, standardise }) {
  if (!standardise) return [0, 1];
  const xs = points.map(([x]) => x),
    centre = mean(xs);
  return [centre, Math.sqrt(mean(xs.map((x) => (x - centre) ** 2))) || 1];
}

/** The mean squared error of a line, over its slope and its intercept. */
function fittedLine({ points, standardise, start }) {
  const [centre, deviation] = scaling({ points, standardise }),
    xs = points.map(([x]) => (x - centre) / deviation),
    errors = ([w, b]) => points.map(([, y], i) => w * xs[i] + b - y);
  function loss([w, b]) {
    let sum = 0; // without arrays: the map asks for thousands
    for (let i = 0; i < xs.length; i++) sum += (w * xs[i] + b - points[i][1]) ** 2;
    return sum / xs.length;
  }
  const gradient = (place) => {
    const all = errors(place);
    return [2 * mean(all.map((e, i) => e * xs[i])), 2 * mean(all)];
  };
  const curvature = [2 * mean(xs.map((x) => x * x)), 2 * mean(xs), 2];
  const { values, vector } = eigen(curvature),
    slope = gradient([0, 0]),
    middle = [0, 0];
  // The lowest place; where a whole line of places is lowest, the one nearest to zero
  [vector, [-vector[1], vector[0]]].forEach((v, k) => {
    if (values[k] < 1e-9 * values[0]) return;
    const by = -(v[0] * slope[0] + v[1] * slope[1]) / values[k];
    middle[0] += by * v[0];
    middle[1] += by * v[1];
  });
  const begin = start ?? [-2, 2.5],
    half = Math.max(3, ...begin.map((one, k) => 1.15 * Math.abs(one - middle[k])));
  return {
    constant: true,
    least: loss(middle),
    loss,
    gradient,
    hessian: () => curvature,
    middle,
    half,
    start: [-2, 2.5],
    axes: ["slope w", "intercept b"],
  };
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
export const SURFACES = {
  "round bowl": () => ({ ...quadratic([1, 0, 1]), start: [-2, 1.4] }),
  "long valley": (state) => ({ ...valley(state), start: [-2.2, 0.8] }),
  saddle: () => ({
    // Curved down at the middle along w2, and up again farther out: minima at (0, ±1)
    least: 0,
    loss: ([x, y]) => (x * x) / 2 + (y * y - 1) ** 2 / 4,
    gradient: ([x, y]) => [x, y * (y * y - 1)],
    hessian: ([, y]) => [1, 0, 3 * y * y - 1],
    middle: [0, 0],
    half: 2,
    start: [-1.7, 0.01],
  }),
  "curved valley": () => ({
    least: 0,
    loss: ([x, y]) => (1 - x) ** 2 + 5 * (y - x * x) ** 2,
    gradient: ([x, y]) => [-2 * (1 - x) - 20 * x * (y - x * x), 10 * (y - x * x)],
    hessian: ([x, y]) => [2 - 20 * (y - 3 * x * x), -20 * x, 10],
    middle: [0, 1],
    half: 2,
    start: [-1.3, 2],
  }),
  "several minima": () => ({
    least: 0,
    loss: (place) => place.reduce((sum, x) => sum + 0.15 * x * x + (1 - Math.cos(3 * x)) / 2, 0),
    gradient: (place) => Array.from(place, (x) => 0.3 * x + 1.5 * Math.sin(3 * x)),
    hessian: ([x, y]) => [0.3 + 4.5 * Math.cos(3 * x), 0, 0.3 + 4.5 * Math.cos(3 * y)],
    middle: [0, 0],
    half: 3.4,
    start: [-2.9, 2.7],
  }),
  "plateau with a cliff": () => ({
    least: 0,
    loss: ([x, y]) => 2 * sigmoid(-8 * x) + 0.02 * (x - 1) ** 2 + 0.1 * y * y,
    gradient([x, y]) {
      return [-16 * sigmoid(-8 * x) * sigmoid(8 * x) + 0.04 * (x - 1), 0.2 * y];
    },
    hessian([x]) {
      const [high, low] = [sigmoid(-8 * x), sigmoid(8 * x)];
      return [128 * high * low * (low - high) + 0.04, 0, 0.2];
    },
    middle: [0, 0],
    half: 3,
    start: [-1.5, 1.8],
  }),
  "line through points": fittedLine,
};
/** The learning rate that the list of surfaces sets with each: a good one for plain descent. */
const RATES = { "round bowl": 0.1, "curved valley": 0.005, "line through points": 0.05 };

/** The surface of a state, with the domains of its map and the highest loss at its corners. */
export function surfaceOf(state) {
  const surface = SURFACES[state.surface](state),
    { middle, half } = surface,
    domains = middle.map((one) => [one - half, one + half]);
  const corners = domains[0].flatMap((x) => domains[1].map((y) => surface.loss([x, y])));
  return { axes: ["w\u2081", "w\u2082"], domains, highest: Math.max(...corners), ...surface };
}

/** The loss, gradient and Hessian of a state's surface at places. */
export function probe(state, places) {
  const { loss, gradient, hessian } = surfaceOf(state);
  return places.map((place) => [loss(place), gradient(place), hessian(place)]);
}

export const rateOf = ({ learning_rate, factors }, name) => learning_rate * (factors[name] ?? 1);

/**
 * An optimizer's path: { x, y, loss, norm } of each step from the start on, and how it `ended`: "steps" (the budget),
 * "gradient" (its norm below the bound), "diverged" or "late" (no budget, and MOST_STEPS taken).
 */
export function pathOf(state, name, surface = surfaceOf(state)) {
  const { rule, options } = METHODS[name],
    optimizer = new OPTIMIZERS[rule]({ learning_rate: rateOf(state, name), ...options(state) }),
    carried = optimizer.state(2),
    random = generator(state.seed), // for each optimizer the same noise
    w = Float64Array.from(state.start ?? surface.start),
    last = state.stop === "gradient" ? MOST_STEPS : state.steps,
    limit = 1000 * Math.max(surface.highest, surface.loss(w));
  const path = { x: [], y: [], loss: [], norm: [], ended: "" };
  for (let t = 0; ; t++) {
    const loss = surface.loss(w),
      slope = surface.gradient(w),
      g = state.noise ? slope.map((one) => one + state.noise * random.normal()) : slope;
    path.x.push(w[0]);
    path.y.push(w[1]);
    path.loss.push(loss);
    path.norm.push(Math.hypot(...slope));
    if (!(loss <= limit)) path.ended = "diverged";
    else if (state.stop !== "steps" && Math.hypot(...g) < state.tolerance) path.ended = "gradient";
    else if (t === last) path.ended = state.stop === "gradient" ? "late" : "steps";
    if (path.ended) return path;
    optimizer.update(w, g, carried, t + 1);
  }
}

/** The paths of all optimizers that are switched on. */
export function pathsOf(state) {
  const surface = surfaceOf(state);
  return Object.fromEntries(state.optimizers.map((name) => [name, pathOf(state, name, surface)]));
}

// The guesses' answers

/** 2 over the largest curvature, where that is the same everywhere; NaN elsewhere. */
export function largestRate(state) {
  const { constant, hessian, middle } = surfaceOf(state);
  return constant ? 2 / eigen(hessian(middle)).values[0] : Number.NaN;
}

/** After how many steps an optimizer has come 99.9 % of the way down for good; NaN if not within MOST_STEPS. */
export function stepsDown(state, name) {
  const { least } = surfaceOf(state),
    { loss } = pathOf({ ...state, stop: "gradient", tolerance: 0 }, name),
    goal = least + (loss[0] - least) / 1000,
    above = loss.findLastIndex((one) => !(one <= goal));
  return above + 1 < loss.length ? above + 1 : Number.NaN;
}

export const stepsSaved = (state) => stepsDown(state, "sgd") - stepsDown(state, "momentum");
export const diverging = (state) => Object.values(pathsOf(state)).filter(({ ended }) => ended === "diverged").length;

// Words

/** A number for people, also a very large one. */
export function say(value) {
  if (!Number.isFinite(value)) return "\u221e";
  return Math.abs(value) >= 1e5 ? tickText(value, [value * 10]) : readable(value);
}

/** What a product of learning rate and largest curvature means, in words. */
export function stability(product, bound, constant = true) {
  if (product <= 0) return "curved downwards here: the steps lead away, whatever the rate";
  if (bound === undefined) return "its steps are scaled by the gradients themselves, so no such bound holds";
  const share = product / bound,
    where = constant ? "" : " while the surface curves as here";
  if (share > 1.0005) return `diverges along the steep direction${where}`;
  if (share > 0.9995) return `swings from side to side for ever${where}`;
  if (bound !== 2) return `within its bound: comes back along the steep direction${where}`;
  if (product > 1.0005) return "overshoots but comes back";
  if (product > 0.9995) return "lands on the floor of the steep direction in one step";
  return product > 0.1 ? "goes down without overshooting" : "small steps, safe and slow";
}

const ENDINGS = {
  steps: (step) => `by its budget, step ${step}`,
  gradient: (step) => `by its small gradient, step ${step}`,
  late: (step) => `not by its gradient within ${many(step, "step")}`,
  diverged: (step, loss) =>
    Number.isFinite(loss) ? `diverged, step ${step}` : `diverged to no finite number, step ${step}`,
};
const lastOf = ({ loss }) => loss.length - 1;

/** How a path stands after so many steps: { step, place, loss, norm, ended } with the ending in words, "" before it. */
export function standing(path, at) {
  const step = Math.min(at, lastOf(path)),
    loss = path.loss[step],
    over = step === lastOf(path);
  const ended = over ? ENDINGS[path.ended](step, loss) : "";
  return { step, place: [path.x[step], path.y[step]], loss, norm: path.norm[step], ended };
}

const placeText = (place) => `(${place.map((one) => (Math.abs(one) < 1000 ? format(one) : say(one))).join(", ")})`;
const ENDED = { diverged: ", diverged", gradient: ", stopped by its gradient", late: ", not stopped by its gradient" };
/** Where all paths stand, and how those ended that did not end by their budget, in words. */
export function sentence(paths, at) {
  const names = Object.keys(paths),
    now = names.map((name) => standing(paths[name], at)),
    lowest = Math.min(...now.map(({ loss }) => loss)),
    best = names.filter((_, k) => now[k].loss === lowest);
  if (at === 0)
    return `At the start ${placeText(now[0].place)}: loss ${say(now[0].loss)}, gradient norm ${say(now[0].norm)}.`;
  const each = now.map(({ place, loss, norm, ended }, k) => {
    const how = (ended && ENDED[paths[names[k]].ended]) ?? "";
    return `${METHODS[names[k]].name} at ${placeText(place)}, loss ${say(loss)}, gradient norm ${say(norm)}${how}`;
  });
  const lead = names.length > 1 && best.length === 1 ? ` The lowest loss is that of ${METHODS[best[0]].name}.` : "";
  return `After ${many(Math.max(...now.map(({ step }) => step)), "step")}: ${each.join("; ")}.${lead}`;
}

// The link, and the tour

const between = (least, most) => (value) =>
  typeof value === "number" && Number.isFinite(value) && value >= least && value <= most;
const pairOf = (x, y) => (value) => Array.isArray(value) && value.length === 2 && x(value[0]) && y(value[1]);
const some = (value) => Array.isArray(value) && value.length > 0;
const CHECKS = {
  surface: oneOf(...Object.keys(SURFACES)),
  condition: between(1, 1000),
  rotation: between(0, 90),
  points: (value) =>
    some(value) && value.length > 1 && value.length <= 6 && value.every(pairOf(between(-10, 10), between(-5, 5))),
  standardise: flag,
  optimizers: (value) => some(value) && value.every((name) => NAMES.includes(name)),
  learning_rate: between(1e-4, 10),
  factors: (value) =>
    value?.constructor === Object &&
    Object.entries(value).every(([name, factor]) => NAMES.includes(name) && between(0.01, 100)(factor)),
  momentum: between(0, 0.99),
  noise: between(0, 5),
  seed: (value) => whole(value, 0, 2 ** 31),
  start: (value) => value === null || pairOf(between(-1000, 1000), between(-1000, 1000))(value),
  steps: (value) => whole(value, 1, 500),
  stop: oneOf("steps", "gradient", "either"),
  tolerance: between(1e-6, 10),
  at: (value) => value === null || whole(value, 0, MOST_STEPS),
};
const TRAITS = Object.keys(CHECKS);

const plain = (traits) => ({
  factors: {},
  noise: 0,
  start: null,
  steps: 60,
  stop: "steps",
  momentum: 0.9,
  at: null,
  ...traits,
});
const onBowl = (learning_rate) => plain({ surface: "round bowl", optimizers: ["sgd"], learning_rate });
const inValley = (optimizers, learning_rate) =>
  plain({ surface: "long valley", condition: 25, rotation: 0, optimizers, learning_rate });
export const TOURS = {
  rates: [
    [
      onBowl(0.02),
      "A rate of 0.02 on a bowl of curvature 1: every step is sure, and 60 of them do not reach the middle.",
    ],
    [onBowl(0.5), "A rate of 0.5: each step halves the distance that is left."],
    [onBowl(1.8), "A rate of 1.8: each step lands on the other side, and still a little nearer."],
    [onBowl(2.1), "A rate of 2.1, above 2 over the curvature: each step lands farther out than the one before."],
    [
      inValley(["sgd"], 0.075),
      "A valley that curves 25 times as much across as along: 2/25 is the limit now. Across it zigzags, along it crawls.",
    ],
    [
      inValley(["sgd", "momentum"], 0.03),
      "Momentum adds up what the gradients agree on. It swings, and is down in the valley's middle before plain descent is.",
    ],
    [
      inValley(["sgd", "momentum", "adam"], 0.03),
      "Adam gives each weight a step of its own size: it sets out at the same pace along and across. At this rate it is slow.",
    ],
  ],
};

// The view

/** A label for each end of a path, moved apart where two would lie upon each other: { x, y } in pixels. */
export function apart(ends, box, height = 15) {
  const placed = [];
  const order = ends.map((_, k) => k).sort((a, b) => ends[a].y - ends[b].y);
  for (const k of order) {
    const { x, y, width } = ends[k],
      left = x + 10 + width > box.right ? x - 10 - width : x + 10;
    const meets = (at) =>
      placed.find((one) => Math.abs(one.y - at) < height - 0.01 && one.x < left + width && left < one.x + one.width);
    let at = clamp(y + 4, box.top + 12, box.bottom - 4);
    while (meets(at)) at = meets(at).y + height;
    placed.push({ k, x: left, y: at, width });
  }
  const over = Math.max(0, ...placed.map(({ y }) => y - box.bottom + 4));
  return ends.map((_, k) => {
    const { x, y } = placed.find((one) => one.k === k);
    return { x, y: y - over };
  });
}

/** The map of the surface with the paths on it. Returns { el, paths, update, forget, stop }. */
function surfaceMap({ onPlace, startOf }) {
  const painted = h("canvas", { class: "op-paint", "aria-hidden": "true", width: GRID, height: GRID }),
    clip = uid("clip"),
    hole = svg("rect", {}),
    axes = svg("g", { class: "op-axes" }),
    contours = svg("path", { class: "op-contours" }),
    target = svg("path", { class: "op-target" }),
    paths = svg("g", { class: "op-paths" }),
    begin = svg("path", { class: "op-start" });
  const inside = svg("g", { "clip-path": `url(#${clip})` }, contours, target, paths, begin),
    labels = svg("g", { class: "op-labels" });
  const drawing = svg(
    "svg",
    { class: "op-svg", "aria-hidden": "true" },
    svg("clipPath", { id: clip }, hole),
    inside,
    axes,
    labels,
  );
  const el = h(
    "div",
    { class: "op-map", role: "slider", tabindex: 0, "aria-label": "Start: arrow keys, with Shift in larger steps" },
    painted,
    drawing,
  );
  const series = Object.fromEntries(
    NAMES.map((name, k) => {
      const parts = ["op-halo", "op-line", "op-dots", "op-end"].map((part) => svg("path", { class: `${part} s${k}` }));
      parts[1].setAttribute("stroke-dasharray", DASHES[k]);
      const text = svg("text", { class: `s${k}` }, METHODS[name].name),
        lead = svg("path", { class: `op-lead s${k}` });
      paths.append(...parts.slice(0, 3));
      labels.append(lead, parts[3], text);
      return [name, { parts, text, lead }];
    }),
  );
  let layout,
    surface,
    colours, // of the heat map, until the theme changes
    frameKey = "",
    key = "",
    width = 0;

  /** The axes, where the domains or the size have changed. */
  function frame() {
    const now = JSON.stringify([surface.domains, surface.axes, width]);
    if (now === frameKey) return;
    frameKey = now;
    const [x, y] = surface.domains,
      spec = { marks: [], x: { domain: x, label: surface.axes[0] }, y: { domain: y, label: surface.axes[1] } };
    const { box: first } = layoutOf(spec, width, width);
    const height = first.right - first.left + 64;
    layout = layoutOf(spec, width, height);
    const { box, sx, sy, xTicks, yTicks } = layout,
      place = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    for (const [name, value] of Object.entries({ width, height })) drawing.setAttribute(name, value);
    for (const [name, value] of Object.entries(place)) hole.setAttribute(name, value);
    Object.assign(painted.style, { left: `${place.x}px`, top: `${place.y}px`, width: `${place.width}px` });
    painted.style.height = `${place.height}px`;
    const text = (px, py, anchor, content) =>
      svg("text", { x: round(px), y: round(py), "text-anchor": anchor }, content);
    axes.replaceChildren(
      svg("rect", place),
      ...xTicks.map((tick) => text(sx(tick.at), box.bottom + 16, "middle", tick.text)),
      ...yTicks.map((tick) => text(box.left - 6, sy(tick.at) + 4, "end", tick.text)),
      text((box.left + box.right) / 2, box.bottom + 34, "middle", surface.axes[0]),
      text(0, 12, "start", surface.axes[1]),
    );
  }
  function heat() {
    const points = fieldPoints(...surface.domains, GRID, GRID),
      values = new Float64Array(GRID * GRID);
    for (let i = 0; i < values.length; i++) values[i] = surface.loss(points.subarray(2 * i, 2 * i + 2));
    const [low, high] = limitsOf([values]),
      span = high - low || 1,
      shades = new Float64Array(values.length);
    for (let i = 0; i < GRID; i++)
      for (let j = 0; j < GRID; j++)
        shades[(GRID - 1 - i) * GRID + j] = Math.log1p((300 * (values[i * GRID + j] - low)) / span);
    const pen = painted.getContext("2d"),
      data = pen.createImageData(GRID, GRID);
    colours ??= themed(el);
    paint(new Uint32Array(data.data.buffer), [shades], { table: colours, scale: 2 * Math.log1p(300) });
    pen.putImageData(data, 0, 0);
    contours.setAttribute("d", lines(values, low, span));
  }
  /** Contour lines, each at half the height of the next above the lowest place. */
  function lines(values, low, span) {
    const { box } = layout,
      wide = (box.right - box.left) / GRID;
    const place = (j, i) => `${round(box.left + (j + 0.5) * wide)} ${round(box.bottom - (i + 0.5) * wide)}`;
    let d = "";
    for (let k = 1; k <= LEVELS; k++) {
      const level = low + span / 2 ** k,
        above = values.map((value) => value - level);
      for (const [j, i, l, m] of zeroLines(above, GRID, GRID)) d += `M${place(j, i)}L${place(l, m)}`;
    }
    return d;
  }

  function drawPath({ parts, text, lead }, k, path, at) {
    const { sx, sy, box } = layout,
      shown = path ? path.x.slice(0, at + 1) : [],
      far = (scale) => (value) => clamp(scale(value), -1e4, 1e4);
    for (const part of [...parts, text, lead]) part.style.display = path ? "" : "none";
    if (!path) return null;
    const d = linePath({ x: shown, y: path.y.slice(0, at + 1) }, far(sx), far(sy));
    parts[0].setAttribute("d", d);
    parts[1].setAttribute("d", d);
    let dots = "",
      before = [-99, -99];
    shown.forEach((x, i) => {
      const [px, py] = [sx(x), sy(path.y[i])];
      if (Math.hypot(px - before[0], py - before[1]) < 7 || i === shown.length - 1) return;
      dots += markPath("circle", px, py, 2);
      before = [px, py];
    });
    parts[2].setAttribute("d", dots);
    const last = Math.min(at, lastOf(path)),
      x = clamp(sx(path.x[last]) || box.left, box.left + 5, box.right - 5),
      y = clamp(sy(path.y[last]) || box.top, box.top + 5, box.bottom - 5);
    parts[3].setAttribute("d", markPath(SHAPES[k], x, y, 5));
    return { x, y, width: 8.2 * METHODS[NAMES[k]].name.length };
  }
  function update(state, next, runs, at, size) {
    const now = JSON.stringify([
      state.surface,
      state.condition,
      state.rotation,
      next.domains,
      state.points,
      state.standardise,
      size,
    ]);
    width = size;
    if (now !== key) {
      surface = next;
      frame();
      heat();
    }
    key = now;
    const { sx, sy, box } = layout,
      ends = [],
      names = [];
    NAMES.forEach((name, k) => {
      const end = drawPath(series[name], k, runs[name], at);
      if (!end) return;
      ends.push(end);
      names.push(name);
    });
    apart(ends, box).forEach(({ x, y }, k) => {
      const { text, lead } = series[names[k]],
        near = x > ends[k].x ? x - 2 : x + ends[k].width;
      text.setAttribute("x", round(x));
      text.setAttribute("y", round(y));
      lead.setAttribute("d", `M${round(ends[k].x)} ${round(ends[k].y)}L${round(near)} ${round(y - 4)}`);
    });
    const start = startOf();
    begin.setAttribute("d", markPath("circle", sx(start[0]), sy(start[1]), 7));
    target.setAttribute("d", next.constant ? markPath("cross", sx(next.middle[0]), sy(next.middle[1]), 5) : "");
  }
  const bounded = (place) =>
    place.map((value, k) => Number(clamp(value, ...surface.domains[k]).toFixed(surface.half > 20 ? 1 : 2)));
  function forget() {
    colours = null;
    if (layout) heat();
  }
  draggable(el, {
    touch: "pan-y",
    onGrab: () => Boolean(layout),
    onMove: (x, y) => onPlace(bounded([layout.sx.back(x), layout.sy.back(y)])),
    onKey(event) {
      const to = arrowOf(event),
        home = event.key === "Home";
      if (!layout || !(to || home)) return false;
      onPlace(home ? null : bounded(startOf().map((value, k) => value + (surface.half / 25) * to[k])));
      return true;
    },
  });
  return { el, inside: paths, labels, update, forget };
}

const DATA = { x: [-10, 10], y: [-5, 5] };
const DATASETS = [
  [
    "two points",
    [
      [1, 1],
      [3, 2],
    ],
  ],
  [
    "inputs around zero",
    [
      [-1, -0.5],
      [1, 1.5],
    ],
  ],
  [
    "inputs far from zero",
    [
      [5, 1],
      [7, 2],
    ],
  ],
  [
    "large inputs",
    [
      [-9, -1],
      [9, 2],
    ],
  ],
  [
    "six points",
    [
      [1, 0.5],
      [2, 1.5],
      [3, 1],
      [4, 2.5],
      [5, 2],
      [6, 3],
    ],
  ],
];

/** The data points, which the hand moves, and the line that each optimizer has now. Returns { el, lines, update }. */
function dataPlot({ edit, pointsOf }) {
  const clip = uid("clip"),
    hole = svg("rect", {}),
    axes = svg("g", { class: "op-axes" }),
    lines = NAMES.map((_, k) => svg("path", { class: `op-line s${k}`, "stroke-dasharray": DASHES[k] })),
    inside = svg("g", { "clip-path": `url(#${clip})` }, lines);
  const drawing = svg(
    "svg",
    { class: "op-svg", "aria-hidden": "true" },
    svg("clipPath", { id: clip }, hole),
    inside,
    axes,
  );
  const el = h("div", { class: "op-data", role: "group", "aria-label": "Data points" }, drawing);
  const handles = [],
    height = 200;
  let layout,
    key = "";

  const put = (i, x, y) => {
    const bounded = (value, [low, high]) => Number(clamp(value, low, high).toFixed(1));
    edit(pointsOf().map((one, k) => (k === i ? [bounded(x, DATA.x), bounded(y, DATA.y)] : one)));
  };
  function handle(i) {
    const one = h("div", {
      class: "op-handle",
      role: "slider",
      tabindex: 0,
      "aria-valuemin": -10,
      "aria-valuemax": 10,
    });
    draggable(one, {
      within: el,
      from: () => [layout.sx(pointsOf()[i][0]), layout.sy(pointsOf()[i][1])],
      onMove: (x, y) => put(i, layout.sx.back(x), layout.sy.back(y)),
      onKey(event) {
        const to = arrowOf(event, 10),
          [x, y] = pointsOf()[i]; // from the model: several keys may come before the next frame draws
        if (to) put(i, x + to[0] / 10, y + to[1] / 10);
        return to;
      },
    });
    return one;
  }
  function ground(width) {
    layout = layoutOf(
      { marks: [], x: { domain: DATA.x, label: "input x" }, y: { domain: DATA.y, label: "target y" } },
      width,
      height,
    );
    const { box, sx, sy, xTicks, yTicks } = layout,
      place = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    for (const [name, value] of Object.entries({ width, height })) drawing.setAttribute(name, value);
    for (const [name, value] of Object.entries(place)) hole.setAttribute(name, value);
    const text = (px, py, anchor, content) =>
      svg("text", { x: round(px), y: round(py), "text-anchor": anchor }, content);
    axes.replaceChildren(
      svg("rect", place),
      svg("path", {
        class: "op-zero",
        d: `M${round(sx(0))} ${box.top}V${box.bottom}M${box.left} ${round(sy(0))}H${box.right}`,
      }),
      ...xTicks.map((tick) => text(sx(tick.at), box.bottom + 16, "middle", tick.text)),
      ...yTicks.map((tick) => text(box.left - 6, sy(tick.at) + 4, "end", tick.text)),
      text((box.left + box.right) / 2, box.bottom + 34, "middle", "input x"),
      text(0, 12, "start", "target y"),
    );
  }
  function update(state, runs, at, width) {
    const { points } = state;
    if (key !== String(width)) ground(width);
    key = String(width);
    while (handles.length > points.length) handles.pop().remove();
    while (handles.length < points.length) {
      handles.push(handle(handles.length));
      el.append(handles.at(-1));
    }
    const { sx, sy } = layout,
      [centre, deviation] = scaling(state);
    points.forEach(([x, y], i) => {
      Object.assign(handles[i].style, { left: `${round(sx(x))}px`, top: `${round(sy(y))}px` });
      const said = {
        "aria-label": `Point ${i + 1}`,
        "aria-valuenow": x,
        "aria-valuetext": `x ${format(x)}, y ${format(y)}`,
      };
      for (const [name, value] of Object.entries(said)) handles[i].setAttribute(name, value);
    });
    NAMES.forEach((name, k) => {
      const path = runs[name];
      if (!path) return lines[k].setAttribute("d", "");
      const { place } = standing(path, at),
        value = (x) => clamp(sy((place[0] * (x - centre)) / deviation + place[1]), -1e4, 1e4),
        [left, right] = DATA.x.map(value);
      lines[k].setAttribute(
        "d",
        Number.isFinite(left + right) ? `M${sx(DATA.x[0])} ${round(left)}L${sx(DATA.x[1])} ${round(right)}` : "",
      );
    });
  }
  return { el, lines: inside, update };
}

/** The learning rate times the largest curvature beside its bound: words and a bar. Returns { el, update }. */
function curvaturePanel() {
  const head = h("p", { class: "op-head" }),
    sum = h("p", { class: "op-sum" }),
    words = h("p", { class: "op-words" }),
    fill = h("i"),
    mark = h("b"),
    bar = h("div", { class: "op-bar", "aria-hidden": "true" }, fill, mark);
  const el = h(
    "div",
    { class: "xp-panel op-panel", role: "group", "aria-label": "Curvature times learning rate" },
    head,
    sum,
    bar,
    words,
  );
  function update(state, surface, runs, at) {
    const name = Object.keys(runs)[0],
      { place } = standing(runs[name], at),
      { values } = eigen(surface.hessian(place)),
      [steep, flat] = values,
      rate = rateOf(state, name),
      bound = METHODS[name].bound?.(state),
      ratio = flat > 1e-9 * steep ? ` (condition number ${say(steep / flat)})` : "";
    const where = surface.constant ? "everywhere the same" : `where ${METHODS[name].name} is now`;
    head.textContent = `Curvature, ${where}: ${say(steep)} in its steepest direction, ${say(flat)} across that${ratio}.`;
    sum.textContent = `${say(rate)} \u00d7 ${say(steep)} = ${say(rate * steep)}${bound ? ` of ${say(bound)}` : ""}`;
    const away = steep > 0 && flat < -1e-9 ? " Across that the surface curves downwards, and the steps lead away." : "";
    words.textContent = `${METHODS[name].name}: ${stability(rate * steep, bound, surface.constant)}.${away}`;
    const most = 1.5 * (bound ?? 2);
    bar.hidden = bound === undefined;
    fill.style.width = `${clamp((100 * rate * steep) / most, 0, 100)}%`;
    fill.classList.toggle("op-over", rate * steep > bound);
    mark.style.left = `${100 / 1.5}%`;
  }
  return { el, update };
}

/** The optimizers, a row each: on or off, its factor, and how its path stands. Returns { el, results, update }. */
function methodTable({ onSwitch, onFactor }) {
  const FACTORS = [0.1, 0.3, 1, 3, 10].map((value) => [value, `\u00d7${value}`]),
    heads = ["optimizer", "factor", "loss", "gradient norm", "rate \u00d7 curvature", "how it ended"];
  const rows = NAMES.map((name, k) => {
    const on = toggle({ label: METHODS[name].name, value: true, onInput: (value) => onSwitch(name, value) }),
      factor = menu({
        label: `Factor of ${METHODS[name].name}`,
        options: FACTORS,
        onInput: (value) => onFactor(name, value),
        shown: false,
      });
    const sample = svg(
      "svg",
      { class: "op-swatch", width: 34, height: 14, "aria-hidden": "true" },
      svg("path", { class: `op-line s${k}`, d: "M1 7H33", "stroke-dasharray": DASHES[k] }),
      svg("path", { class: `op-end s${k}`, d: markPath(SHAPES[k], 17, 7, 4.5) }),
    );
    on.el.append(sample);
    const cells = heads.slice(2).map((label) => h("td", { role: "cell", "data-label": label }, h("span")));
    const tr = h(
      "tr",
      { role: "row" },
      h("th", { role: "rowheader", scope: "row" }, on.el),
      h("td", { role: "cell", "data-label": "factor" }, factor.el),
      cells,
    );
    return { tr, on, factor, cells };
  });
  const head = h(
    "tr",
    { role: "row" },
    heads.map((text) => h("th", { role: "columnheader", scope: "col" }, text)),
  );
  const el = h(
    "table",
    { class: "op-table", role: "table", "aria-label": "Optimizers" },
    h("thead", { role: "rowgroup" }, head),
    h(
      "tbody",
      { role: "rowgroup" },
      rows.map(({ tr }) => tr),
    ),
  );
  function update(state, surface, runs, at) {
    NAMES.forEach((name, k) => {
      const { tr, on, factor, cells } = rows[k],
        path = runs[name];
      on.set(Boolean(path));
      factor.set(state.factors[name] ?? 1);
      tr.classList.toggle("op-off", !path);
      let texts = ["", "", "", ""];
      if (path) {
        const { place, loss, norm, ended, step } = standing(path, at),
          product = rateOf(state, name) * eigen(surface.hessian(place)).values[0],
          bound = METHODS[name].bound?.(state);
        const limit = bound ? ` of ${say(bound)}` : "";
        texts = [say(loss), say(norm), `${say(product)}${limit}`, ended || `on its way, step ${step}`];
      }
      texts.forEach((text, i) => {
        const cell = cells[i].firstChild; // an element, which the cover hides
        if (cell.textContent !== text) cell.textContent = text;
      });
    });
  }
  return { el, results: rows.flatMap(({ cells }) => cells), update };
}

function render({ model, el }) {
  const state = () => traitsOf(model, TRAITS);
  let runs = {},
    surface,
    runsKey = "",
    playedTo = null; // the step that the player has gone to, null at the end
  /** Computes the paths anew where anything but the step shown has changed. */
  function computed(now) {
    const key = JSON.stringify({ ...now, at: 0 });
    if (key === runsKey) return;
    runsKey = key;
    surface = surfaceOf(now);
    runs = pathsOf(now);
  }
  const longest = () => Math.max(...Object.values(runs).map(lastOf));
  const startNow = () => model.get("start") ?? surfaceOf(state()).start;
  const change = (values) => put(model, values);

  const logarithm = (text, name, min, max) => {
    const value = (power) => Number((10 ** power).toPrecision(3));
    const made = slider({
      label: text,
      min,
      max,
      step: 0.01,
      value: Math.log10(model.get(name)),
      show: (power) => say(value(power)),
      onInput: (power) => change({ [name]: value(power) }),
    });
    return { ...made, set: () => made.set(Math.log10(model.get(name))) };
  };
  const linear = (text, name, min, max, step, show) => {
    const made = slider({
      label: text,
      min,
      max,
      step,
      value: model.get(name),
      onInput: (v) => change({ [name]: v }),
      show,
    });
    return { ...made, set: () => made.set(model.get(name)) };
  };
  const surfaces = menu({
    label: "Surface",
    options: Object.keys(SURFACES).map((name) => [name, name]),
    onInput: (name) => change({ surface: name, start: null, learning_rate: RATES[name] ?? 0.05 }),
  });
  const condition = logarithm("Condition number", "condition", 0, 3),
    rotation = linear("Turned by", "rotation", 0, 90, 1, (v) => `${v}\u00b0`),
    standardise = toggle({
      label: "standardise the inputs",
      value: model.get("standardise"),
      onInput: (value) => change({ standardise: value }),
    }),
    datasets = menu({
      label: "Data",
      options: [...DATASETS.map(([name]) => [name, name]), ["your own", "your own"]],
      onInput(name) {
        const found = DATASETS.find(([one]) => one === name);
        if (found) change({ points: found[1], start: null });
      },
    });
  const rate = logarithm("Learning rate", "learning_rate", -4, 1),
    momentum = linear("Momentum", "momentum", 0, 0.99, 0.01),
    noise = linear("Noise of the gradient", "noise", 0, 5, 0.05),
    draws = button("New noise", () => change({ seed: (model.get("seed") + 1) % 1000 })),
    steps = linear("Step budget", "steps", 1, 500, 1),
    stop = menu({
      label: "A path ends",
      options: [
        ["steps", "with the step budget"],
        ["gradient", "with a small gradient"],
        ["either", "with whichever comes first"],
      ],
      onInput: (value) => change({ stop: value }),
    }),
    tolerance = menu({
      label: "Gradient norm below",
      options: [1, 0.1, 0.01, 0.001, 1e-4].map((value) => [value, say(value)]),
      onInput: (value) => change({ tolerance: value }),
    });

  const map = surfaceMap({ onPlace: (start) => change({ start }), startOf: startNow }),
    data = dataPlot({ edit: (points) => change({ points }), pointsOf: () => model.get("points") }),
    losses = chart({ height: 210 }),
    panel = curvaturePanel(),
    said = status();
  const table = methodTable({
    onSwitch(name, on) {
      const names = NAMES.filter((one) => (one === name ? on : model.get("optimizers").includes(one)));
      if (names.length) change({ optimizers: names });
      else draw(); // the last one stays on
    },
    onFactor: (name, factor) => change({ factors: { ...model.get("factors"), [name]: factor } }),
  });
  const play = player({
    label: "Stepping",
    speeds: [2, 10, 40, 200],
    speed: 10,
    replay: true,
    onStep() {
      playedTo = (playedTo ?? 0) + 1;
      return playedTo < longest();
    },
    onFrame: () => change({ at: playedTo < longest() ? playedTo : null }),
    onReset() {
      playedTo = 0;
      change({ at: 0 });
    },
  });
  const add = button("Add a point", () => {
      const { points } = state();
      if (points.length < 6) change({ points: [...points, [points.length * 2 - 6, 0]] });
    }),
    remove = button("Remove a point", () => {
      const { points } = state();
      if (points.length > 2) change({ points: points.slice(0, -1) });
    });
  const dataFigure = figure(
    "The data: drag a point, or arrow keys",
    data.el,
    h("div", { class: "xp-row op-points" }, add, remove),
  );
  const lossFigure = figure("Loss after each step", losses.el);
  const lead = "Put the start anywhere, choose a learning rate, and see where each optimizer\u2019s steps lead.";
  root(el, "Optimizer paths", lead).append(
    h("div", { class: "xp-row op-controls" }, surfaces.el, condition.el, rotation.el, datasets.el, standardise.el),
    h(
      "div",
      { class: "xp-row op-controls op-rates" },
      rate.el,
      momentum.el,
      steps.el,
      noise.el,
      draws,
      stop.el,
      tolerance.el,
    ),
    h(
      "div",
      { class: "xp-stage op-stage" },
      h(
        "div",
        { class: "op-left" },
        figure("The surface from above. Set the start: pointer or arrow keys", map.el),
        play.el,
      ),
      h("div", { class: "op-right" }, panel.el, dataFigure, lossFigure),
    ),
    said.el,
    table.el,
  );

  function drawControls(now) {
    surfaces.set(now.surface);
    for (const control of [condition, rotation]) control.el.hidden = now.surface !== "long valley";
    for (const control of [standardise, datasets]) control.el.hidden = now.surface !== "line through points";
    for (const control of [condition, rotation, rate, momentum, noise, steps]) control.set();
    draws.hidden = !now.noise;
    standardise.set(now.standardise);
    datasets.set(
      DATASETS.find(([, points]) => JSON.stringify(points) === JSON.stringify(now.points))?.[0] ?? "your own",
    );
    stop.set(now.stop);
    tolerance.set(now.tolerance);
    tolerance.el.hidden = now.stop === "steps";
    steps.el.hidden = now.stop === "gradient";
    add.setAttribute("aria-disabled", now.points.length >= 6);
    remove.setAttribute("aria-disabled", now.points.length <= 2);
    dataFigure.hidden = now.surface !== "line through points";
  }
  function drawLosses(at) {
    const all = Object.values(runs).flatMap(({ loss }) => loss),
      positive = all.filter((value) => value > 1e-12 && Number.isFinite(value)),
      [low, high] = limitsOf([positive]);
    const marks = Object.entries(runs).map(([name, { loss }]) => {
      const every = Math.ceil(loss.length / 400), // of a long path every second or third step
        x = loss.slice(0, at + 1).flatMap((_, i) => (i % every && i !== Math.min(at, loss.length - 1) ? [] : [i]));
      return { kind: "line", name: METHODS[name].name, style: NAMES.indexOf(name), x, y: x.map((i) => loss[i]) };
    });
    losses.draw({
      label: "Loss after each step",
      marks,
      x: { label: "step", domain: [0, Math.max(1, longest())] },
      y: { label: "loss, log scale", log: true, domain: [low * 0.7, Math.max(high, low * 10) * 1.4] },
    });
  }
  function draw() {
    const now = state();
    // All reading of the page comes before all writing: else the browser lays the page out in between
    const width = Math.max(200, map.el.clientWidth || 400),
      across = data.el.clientWidth || 300;
    computed(now);
    const last = longest(),
      at = now.at === null ? last : Math.min(now.at, last);
    if (!play.playing()) {
      playedTo = at;
      play.at(at, at >= last);
    }
    drawControls(now);
    map.update(now, surface, runs, at, width);
    if (now.surface === "line through points") data.update(now, runs, at, across);
    drawLosses(at);
    panel.update(now, surface, runs, at);
    table.update(now, surface, runs, at);
    const text = sentence(runs, at),
      start = now.start ?? surface.start;
    said.say(text);
    const bounds = {
      "aria-valuemin": surface.domains[0][0],
      "aria-valuemax": surface.domains[0][1],
      "aria-valuenow": start[0],
    };
    const value = { ...bounds, "aria-valuetext": `start at ${placeText(start)}, loss ${say(surface.loss(start))}` };
    for (const [name, one] of Object.entries(value)) map.el.setAttribute(name, one);
  }
  const unfollow = follow(model, TRAITS, draw);
  const { soon, stop: stopDrawing } = inFrame(draw);
  const stopTheme = onTheme(() => map.forget());
  const cover = [panel.el, lossFigure, said.el, map.inside, map.labels, data.lines, ...table.results];
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      largest_rate: {
        question: "Up to which learning rate does plain gradient descent come down to the minimum here?",
        decimals: 4,
        min: 0,
        answer: () => largestRate(state()),
        because: () => `The largest curvature is ${say(2 / largestRate(state()))}, and the limit is 2 divided by it.`,
        cover,
      },
      steps_saved: {
        question:
          "How many steps does momentum save against plain descent, until the loss is 99.9\u00a0% of the way down for good?",
        unit: "steps",
        decimals: 0,
        answer: () => stepsSaved(state()),
        because: () => `Plain descent takes ${stepsDown(state(), "sgd")}, momentum ${stepsDown(state(), "momentum")}.`,
        cover,
      },
      diverging: {
        question: () =>
          `${many(model.get("optimizers").length, "optimizer")} at the learning rate ${say(model.get("learning_rate"))}: how many of the paths diverge?`,
        decimals: 0,
        min: 0,
        max: 5,
        answer: () => diverging(state()),
        cover,
      },
    },
  });
  let wide;
  const watcher = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width !== wide) soon();
    wide = contentRect.width;
  });
  watcher.observe(el);
  return () => {
    unfollow();
    unteach();
    stopTheme();
    stopDrawing();
    watcher.disconnect();
    for (const part of [play, losses, said]) part.stop();
  };
}

export default { render };
