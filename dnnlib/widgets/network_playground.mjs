// A network in the page: it trains while one watches, shows every unit's view, its weights and its losses.

import { button, choice, clamp, counter, figure, follow, format, h, many, menu, slider } from "./shared/ui.mjs";
import { chart } from "./shared/chart.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { coloursOf, onTheme } from "./shared/canvas.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { paint, signedColours } from "./shared/picture.mjs";
import { modified, percent, put, root, status, toggle, traitsOf, voice } from "./shared/ui.mjs";
import { ACTIVATIONS, DATA, EDGE, MOST_STEPS, RULES, TRIAL } from "./shared/playground.mjs";
import { history, judged, placesOf, pointMarks, trainingOf, viewsOf, weightsInto } from "./shared/playground.mjs";
import { linearAccuracy, parameterCount, trialOf, unitsNeeded } from "./shared/playground.mjs";
import { trainingPlayer } from "./shared/training_player.mjs";

const SETUP = [
  "data",
  "points",
  "noise",
  "examples",
  "train_share",
  "hidden",
  "activation",
  "optimizer",
  "learning_rate",
  "batch_size",
  "seed",
];
const TRAITS = [...SETUP, "steps", "unit", "parts"];
const DATA_NAMES = {
  gaussians: "two clouds",
  circle: "circle",
  xor: "XOR",
  spiral: "spiral",
  curve: "curve (one input)",
  own: "your own points",
};
const RULE_NAMES = { sgd: "SGD", momentum: "SGD, momentum 0.9", rmsprop: "RMSprop", adam: "Adam" };
const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const BATCHES = [1, 5, 10, 20, 50, 100, 500];
const CELLS = 28; // of the plane along each axis, at which all units are computed
const MOST_POINTS = 200;
const CLASSES = { 1: "class 1, \u25cf", 0: "class 0, \u25a0" };

const between = (low, high) => (value) => typeof value === "number" && value >= low && value <= high;
const fits = ([x, y, k]) => between(-EDGE, EDGE)(x) && between(-EDGE, EDGE)(y) && whole(k, 0, 1);
/** Own points in a link: hundredths, a point each between lines below. */
export const POINTS_FORM = {
  write: (points) => points.map(([x, y, k]) => [Math.round(100 * x), Math.round(100 * y), k].join(".")).join("_"),
  read(text) {
    const points = text ? text.split("_").map((one) => one.split(".").map(Number)) : [];
    const found = points.map(([x, y, k]) => [x / 100, y / 100, k]);
    return found.length <= MOST_POINTS && found.every(fits) ? found : undefined;
  },
};
const CHECKS = {
  data: oneOf(...DATA),
  points: POINTS_FORM,
  noise: between(0, 1),
  examples: (value) => whole(value, 20, 500),
  train_share: between(0.1, 0.9),
  hidden: (value) => Array.isArray(value) && value.length <= 3 && value.every((units) => whole(units, 1, 8)),
  activation: oneOf(...Object.keys(ACTIVATIONS)),
  optimizer: oneOf(...Object.keys(RULES)),
  learning_rate: between(1e-6, 100),
  batch_size: (value) => whole(value, 1, 500),
  seed: (value) => whole(value, 0, 99),
  steps: (value) => whole(value, 0, MOST_STEPS),
  unit: (value) => value === null || (Array.isArray(value) && whole(value[0], 0, 4) && whole(value[1], 0, 7)),
  parts: flag,
};
const XOR = { data: "xor", noise: 0, examples: 200, train_share: 0.5, activation: "tanh", optimizer: "adam" };
const SET = { ...XOR, learning_rate: 0.03, batch_size: 20, seed: 0, unit: null };
const TOURS = {
  xor: [
    [
      { ...SET, hidden: [], steps: 400 },
      "No hidden layer: the border is one straight line. XOR\u2019s classes lie crosswise, so the line gets about half " +
        "of the points right, however long it trains.",
    ],
    [
      { ...SET, hidden: [4], steps: 0 },
      "A hidden layer of four units, not yet trained. Each small square shows where in the plane a unit answers high " +
        "(blue) or low (brown).",
    ],
    [
      { ...SET, hidden: [4], steps: 1500, unit: [1, 0] },
      "Trained for 1500 steps. The large picture shows one hidden unit\u2019s view: a straight edge. All four views are " +
        "straight edges, each in another place.",
    ],
    [
      { ...SET, hidden: [4], steps: 1500, unit: null },
      "The output adds the four views, each times its weight. Edges that are added close round the corners: that sum " +
        "is what the hidden layer bought.",
    ],
  ],
};

const lowered = (digit) => String.fromCharCode(0x2080 + digit);
const letter = (layer, unit, inputs) =>
  layer ? `h${lowered(unit + 1)}` : inputs === 1 ? "x" : `x${lowered(unit + 1)}`;

/** A unit's name: layer 0 is the inputs, the last one the output. */
export function unitName([layer, unit], { hidden, data }) {
  if (layer > hidden.length) return "the output";
  return layer ? `unit ${unit + 1} of layer ${layer}` : `the input ${letter(0, unit, data === "curve" ? 1 : 2)}`;
}

/** The unit that is shown: the one chosen where there is one, else the output. */
export function unitShown({ unit, hidden, data }) {
  const sizes = [data === "curve" ? 1 : 2, ...hidden, 1],
    [layer, at] = unit ?? [sizes.length - 1, 0];
  return layer < sizes.length && at < sizes[layer] ? [layer, at] : [sizes.length - 1, 0];
}

/** How a unit comes about, as a formula with its weights. */
export function formula(state, net, [layer, unit]) {
  const { hidden, activation, data } = state,
    name = unitName([layer, unit], state),
    title = name[0].toUpperCase() + name.slice(1);
  if (!layer) return `${title} as it comes.`;
  const weights = weightsInto(net, layer, unit);
  if (!weights.every(Number.isFinite)) return `The weights of ${name} are no longer numbers.`;
  const bias = weights.pop();
  const sign = (value, first) => (value < 0 ? (first ? "\u2212" : " \u2212 ") : first ? "" : " + ");
  const term = (w, i) => `${sign(w, !i)}${readable(Math.abs(w))} ${letter(layer - 1, i, data === "curve" ? 1 : 2)}`;
  const sum = `${weights.map(term).join("")}${sign(bias, false)}${readable(Math.abs(bias))}`;
  if (layer <= hidden.length) return `${title} = ${activation === "linear" ? sum : `${activation}(${sum})`}.`;
  return `${title} = ${sum}${data === "curve" ? "" : "; above 0 it says class 1"}.`;
}

/** The network's sizes, inputs first: 2–4–1. */
const sizesOf = ({ data, hidden }) => [data === "curve" ? 1 : 2, ...hidden, 1].join("\u2013");

/** The state in a sentence or two. first: the loss before the first step. */
export function sentence(state, { steps, epoch, failed, counts, train, test, first }) {
  if (!counts[0]) return "There are no training points: place some of both classes in the plane.";
  const when = steps ? `After ${many(steps, "step")} (epoch ${epoch})` : "Before training";
  if (failed)
    return (
      `The loss is no longer a number after ${many(steps, "step")}: the steps are too large, each overshoots by more ` +
      "than the one before. Training has stopped; take a smaller learning rate."
    );
  const grown =
    steps && train.loss > 2 * first && train.loss > 1
      ? ` The loss is ${readable(train.loss / first)} times what it was at the start: the steps are too large.`
      : "";
  const of = (part, n, word) => `${percent(part.right)} of ${many(n, word)}`,
    [trained, tested] = counts;
  const errors = `a mean squared error of ${readable(train.loss)} on training points`,
    shares = `${of(train, trained, "training point")} right`;
  const scores =
    state.data === "curve"
      ? `${errors}${tested ? ` and ${readable(test.loss)} on test points` : ""}`
      : `${shares}${tested ? ` and ${of(test, tested, "test point")}` : ""}, with a loss of ${readable(train.loss)}` +
        (tested ? ` and ${readable(test.loss)}` : "");
  return `${when}, the network ${sizesOf(state)} ${state.data === "curve" ? "has" : "gets"} ${scores}.${grown}`;
}

/** How wide the line of a weight is, in pixels. */
export const lineWidth = (weight) => 0.6 + 5.4 * Math.min(1, Math.abs(weight) / 3);

/** Which of the lines is nearest to a place, within a reach; lines: { x0, y0, x1, y1 } each. */
export function nearestLine(lines, x, y, reach) {
  let nearest = null,
    least = reach;
  for (const line of lines) {
    const { x0, y0, x1, y1 } = line,
      [dx, dy] = [x1 - x0, y1 - y0];
    const t = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
    if (t < 0 || t > 1) continue;
    const distance = Math.hypot(x0 + t * dx - x, y0 + t * dy - y);
    if (distance < least) [nearest, least] = [line, distance];
  }
  return nearest;
}

/** The network as a drawing: a small view for each unit, a line for each weight. */
function drawing({ shownNow, onChoose, onWeight }) {
  const lines = h("canvas", { class: "np-lines", "aria-hidden": "true" }),
    heads = h("div", { class: "np-heads", "aria-hidden": "true" }),
    units = h("div", { role: "radiogroup", "aria-label": "Unit shown: arrow keys" });
  const el = h("div", { class: "np-net" }, lines, heads, units);
  let made = [], // [layer][unit]: { el, pen, data }
    key = "",
    links = [], // each weight's line with its layer and the units it joins
    colours = null,
    lit = null,
    now = null; // what was last drawn

  function build(sizes, width) {
    const side = clamp(Math.floor(Math.min((width - 34 * (sizes.length - 1)) / sizes.length, 44)), 26, 44),
      gap = sizes.some((count) => count > 6) ? 8 : 12,
      top = 26,
      height = top + Math.max(...sizes, 4) * (side + gap);
    const across = (width - side) / (sizes.length - 1);
    const place = (layer, unit) => ({
      x: layer * across,
      y: top + (height - top - sizes[layer] * (side + gap)) / 2 + unit * (side + gap) + gap / 2,
    });
    el.style.height = `${height}px`;
    const ratio = window.devicePixelRatio || 1;
    Object.assign(lines, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    Object.assign(lines.style, { width: `${width}px`, height: `${height}px` });
    made = sizes.map((count, layer) => Array.from({ length: count }, (_, unit) => makeUnit(layer, unit, side, place)));
    units.replaceChildren(...made.flat().map((one) => one.el));
    heads.replaceChildren(
      ...sizes.map((_, layer) => {
        const text = layer === 0 ? "inputs" : layer === sizes.length - 1 ? "output" : `layer ${layer}`;
        return h("span", { style: `left:${layer * across + side / 2}px` }, text);
      }),
    );
    links = sizes.slice(1).flatMap((count, l) =>
      Array.from({ length: count }, (_, to) =>
        Array.from({ length: sizes[l] }, (_, from) => {
          const [a, b] = [place(l, from), place(l + 1, to)];
          return { layer: l + 1, from, to, x0: a.x + side, y0: a.y + side / 2, x1: b.x, y1: b.y + side / 2 };
        }),
      ).flat(),
    );
  }
  function makeUnit(layer, unit, side, place) {
    const picture = h("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" }),
      { x, y } = place(layer, unit);
    const radio = h(
      "div",
      {
        class: "np-unit",
        role: "radio",
        tabindex: -1,
        "data-lm-suppress-shortcuts": "true",
        style: `left:${x}px;top:${y}px;width:${side}px;height:${side}px`,
        onclick: () => onChoose([layer, unit]),
      },
      picture,
    );
    const pen = picture.getContext("2d"),
      data = pen.createImageData(CELLS, CELLS);
    return { el: radio, pen, data, pixels: new Uint32Array(data.data.buffer) };
  }
  units.addEventListener("keydown", (event) => {
    if (modified(event) || !now) return;
    const [layer, unit] = shownNow(), // several keys may come before the next frame draws
      sizes = made.map((column) => column.length);
    const beside = (l) => [l, Math.min(Math.round(((unit + 0.5) / sizes[layer]) * sizes[l] - 0.5), sizes[l] - 1)];
    const to = {
      ArrowUp: () => [layer, Math.max(0, unit - 1)],
      ArrowDown: () => [layer, Math.min(sizes[layer] - 1, unit + 1)],
      ArrowLeft: () => beside(Math.max(0, layer - 1)),
      ArrowRight: () => beside(Math.min(sizes.length - 1, layer + 1)),
      Home: () => [0, 0],
      End: () => [sizes.length - 1, 0],
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(to);
    made[to[0]][to[1]].el.focus();
  });
  function point(event) {
    const box = el.getBoundingClientRect();
    const next = nearestLine(links, event.clientX - box.left, event.clientY - box.top, 7);
    if (next === lit) return;
    lit = next;
    if (now) drawLines(now);
    onWeight(lit);
  }
  for (const type of ["pointermove", "pointerdown"]) el.addEventListener(type, point);
  el.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "touch" || !lit) return;
    lit = null;
    if (now) drawLines(now);
    onWeight(null);
  });

  function drawLines({ net, shown }) {
    const pen = lines.getContext("2d"),
      ratio = lines.width / Number.parseFloat(lines.style.width);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, lines.width, lines.height);
    const kernels = made.slice(1).map((_, l) => net.params[2 * l]),
      some = shown[0] > 0 && shown[0] < made.length - 1; // a hidden unit: what leads into it stands out
    for (const line of links) {
      const { shape, data } = kernels[line.layer - 1],
        weight = data[line.from * shape[1] + line.to];
      if (!Number.isFinite(weight)) continue;
      const into = line.layer === shown[0] && line.to === shown[1];
      pen.globalAlpha = line === lit ? 1 : some && !into ? 0.3 : 0.85;
      pen.lineWidth = lineWidth(weight) + (line === lit ? 2 : 0);
      pen.strokeStyle = line === lit ? colours.lit : weight < 0 ? colours.negative : colours.positive;
      pen.setLineDash(weight < 0 ? [5, 4] : []);
      pen.beginPath();
      pen.moveTo(line.x0, line.y0);
      pen.lineTo(line.x1, line.y1);
      pen.stroke();
    }
  }
  /** A unit that sees the plane: its values from brown over the card's own colour to blue. */
  function drawPlane(one, values, [zero, scale]) {
    // The lowest row is the last one of a canvas
    for (let i = 0; i < CELLS; i++)
      paint(
        one.pixels.subarray(i * CELLS, (i + 1) * CELLS),
        [values.subarray((CELLS - 1 - i) * CELLS, (CELLS - i) * CELLS)],
        {
          table: colours.table,
          zero,
          scale,
        },
      );
    one.pen.putImageData(one.data, 0, 0);
  }
  /** A unit of one input: its values as a line. */
  function drawLine(one, values, [zero, scale]) {
    const { pen } = one,
      up = (value) => CELLS / 2 - ((value - zero) / scale) * (CELLS / 2 - 3);
    pen.clearRect(0, 0, CELLS, CELLS);
    pen.strokeStyle = colours.line;
    pen.lineWidth = 0.7;
    pen.strokeRect(-1, CELLS / 2, CELLS + 2, CELLS);
    pen.strokeStyle = colours.positive;
    pen.lineWidth = 2;
    pen.beginPath();
    values.forEach((value, i) => {
      pen.lineTo((i * CELLS) / (values.length - 1), up(value));
    });
    pen.stroke();
  }
  function paletteNow() {
    const { of, bytes } = coloursOf(el);
    return {
      table: signedColours(bytes("series-1"), bytes("bg"), bytes("series-0")),
      positive: of("series-0"),
      negative: of("series-1"),
      line: of("strong"),
      lit: of("accent"),
    };
  }
  /** state: the traits; views: of viewsOf; ranges: of each layer its middle and its reach. */
  function draw({ net, views, ranges, shown, state }) {
    const width = el.clientWidth,
      sizes = views.map((layer) => layer.length),
      next = JSON.stringify([sizes, width]);
    if (!width) return;
    const focused = units.contains(document.activeElement);
    if (next !== key) {
      build(sizes, width);
      lit = null;
    }
    key = next;
    colours ??= paletteNow();
    now = { net, shown };
    drawLines(now);
    const see = views[0].length === 1 ? drawLine : drawPlane;
    made.forEach((column, layer) =>
      column.forEach((one, unit) => {
        see(one, views[layer][unit], ranges[layer]);
        const chosen = layer === shown[0] && unit === shown[1];
        if (one.chosen === chosen && one.named) return;
        Object.assign(one, { chosen, named: true });
        one.el.setAttribute("aria-checked", chosen);
        one.el.tabIndex = chosen ? 0 : -1;
        one.el.setAttribute("aria-label", unitName([layer, unit], state));
        if (chosen && focused) one.el.focus();
      }),
    );
  }
  return {
    el,
    draw,
    forget: () => {
      colours = null;
    },
  };
}

/** Where own points are placed: over the large picture, by click, tap and keys. onPlace, onRemove get a place. */
function placing({ scales, points, onPlace, onRemove }) {
  const cross = h("div", { class: "np-cross", "aria-hidden": "true" }),
    spoken = voice(null);
  const el = h(
    "div",
    {
      class: "np-pad",
      role: "application",
      tabindex: 0,
      "data-lm-suppress-shortcuts": "true",
      "aria-label": "Place points: arrow keys move, Enter places or removes",
    },
    cross,
  );
  let at = [0, 0];

  const rounded = (value) => clamp(Math.round(value * 20) / 20, -EDGE, EDGE);
  function show() {
    const { sx, sy } = scales() ?? {};
    if (!sx) return;
    cross.style.left = `${sx(at[0])}px`;
    cross.style.top = `${sy(at[1])}px`;
  }
  /** The number of the point within so many pixels of a place, -1 for none. */
  function near([x, y], reach) {
    const { sx, sy } = scales();
    const far = points().map(([a, b]) => Math.hypot(sx(a) - sx(x), sy(b) - sy(y)));
    const least = far.indexOf(Math.min(...far));
    return far[least] <= reach ? least : -1;
  }
  const words = () => {
    const there = near(at, 8),
      place = `x\u2081 ${format(at[0])}, x\u2082 ${format(at[1])}`;
    return there < 0 ? `${place}: free` : `${place}: a point of class ${points()[there][2]}`;
  };
  function act(reach) {
    const there = near(at, reach);
    if (there >= 0) onRemove(there);
    else onPlace(at);
    spoken.say(`${there >= 0 ? "Removed" : "Placed"}: ${words()}`);
  }
  el.addEventListener("keydown", (event) => {
    if (modified(event) || !scales()) return;
    const by = event.shiftKey ? 0.5 : 0.1;
    const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] }[event.key];
    const removes = ["Delete", "Backspace"].includes(event.key),
      acts = ["Enter", " "].includes(event.key);
    if (!move && !removes && !acts) return;
    event.preventDefault();
    event.stopPropagation();
    if (move) {
      at = at.map((value, axis) => rounded(value + move[axis]));
      spoken.say(words());
    } else if (acts || near(at, 12) >= 0) act(8);
    show();
  });
  el.addEventListener("click", (event) => {
    const box = el.getBoundingClientRect(),
      found = scales();
    if (!found) return;
    at = [found.sx.back(event.clientX - box.left), found.sy.back(event.clientY - box.top)].map(rounded);
    show();
    act(10);
  });
  el.append(spoken.el);
  return { el, show, stop: spoken.stop };
}

/** Losses and shares as they are now, in a small table. */
function scoreboard() {
  const cells = ["training", "test"].map(() => [h("td"), h("td")]),
    last = h("th", { scope: "col" }, "right");
  const el = h(
    "table",
    { class: "np-scores" },
    h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col" }, "loss"), last)),
    h(
      "tbody",
      {},
      cells.map((row, i) => h("tr", {}, h("th", { scope: "row" }, ["training", "test"][i]), row)),
    ),
  );
  function draw(parts, classes) {
    last.hidden = !classes;
    parts.forEach(({ loss, right }, i) => {
      const [one, other] = cells[i];
      one.textContent = !Number.isFinite(loss) ? "\u2013" : loss < 0.0005 ? "< 0.001" : readable(loss);
      other.textContent = Number.isNaN(right) ? "\u2013" : percent(right);
      other.hidden = !classes;
    });
  }
  return { el, draw };
}

/** Of each layer the value that is drawn without colour, and how far from it colours go. */
function rangesOf(views, { activation, data }) {
  const most = (layer) => {
    let reach = 1e-6;
    for (const values of layer) for (let i = 0; i < values.length; i++) reach = Math.max(reach, Math.abs(values[i]));
    return Number.isFinite(reach) ? reach : 1;
  };
  return views.map((layer, l) => {
    if (l === 0) return [0, EDGE];
    if (l === views.length - 1) return data === "curve" ? [0, most(layer)] : [0, 3];
    if (activation === "tanh") return [0, 1];
    return activation === "sigmoid" ? [0.5, 0.5] : [0, most(layer)];
  });
}

/** What the large picture shows of a plane: the unit's field under the points. */
function planeMarks(values, [zero, scale], names, points) {
  const both = new Float64Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const half = (values[i] - zero) / scale / 2;
    both[2 * i] = half;
    both[2 * i + 1] = -half;
  }
  return [{ kind: "field", names, values: both, columns: CELLS, rows: CELLS }, ...points];
}

/** Of one input: the network's curve, and the parts that it adds up, each a unit times its weight. */
function curveMarks({ net, views, state, shown, points }) {
  const [x] = views[0],
    [out] = views.at(-1),
    layer = views.length - 2;
  const marks = [...points];
  if (state.parts && layer) {
    const weights = weightsInto(net, views.length - 1, 0);
    views[layer].forEach((unit, k) => {
      marks.push({
        kind: "line",
        name: `part ${k + 1}`,
        x,
        y: unit.map((a) => a * weights[k]),
        style: 4,
        quiet: k > 0,
      });
    });
    const first = marks.find(({ kind }) => kind === "line");
    if (first) first.name = views[layer].length > 1 ? "parts: each unit times its weight" : "part 1";
  }
  if (shown[0] <= state.hidden.length && shown[0])
    marks.push({ kind: "line", name: unitName(shown, state), x, y: views[shown[0]][shown[1]], style: 3 });
  return [...marks, { kind: "line", name: "the network", x, y: out, style: 0 }];
}

const ADDED = [4, 2, 2]; // units of a hidden layer that is added

/** The controls in three groups. change(values) sets traits and starts the network again. */
function controlsOf(change, get) {
  const named = (names) => Object.entries(names);
  const set = (name) => (value) => change({ [name]: value });
  const data = menu({ label: "Points", options: named(DATA_NAMES), onInput: set("data") });
  const sliding = (label, name, rest) => slider({ label, value: get(name), onInput: set(name), ...rest });
  const noise = sliding("Noise", "noise", { min: 0, max: 1, step: 0.05 });
  const examples = sliding("How many", "examples", { min: 20, max: 500, step: 10 });
  const share = sliding("For training", "train_share", { min: 0.1, max: 0.9, step: 0.05, show: percent });
  const layers = counter({
    label: "Hidden layers",
    min: 0,
    max: 3,
    value: get("hidden").length,
    onInput(count) {
      const old = get("hidden");
      change({ hidden: Array.from({ length: count }, (_, l) => old[l] ?? ADDED[l]) });
    },
  });
  const units = [0, 1, 2].map((l) =>
    counter({
      label: `Units, layer ${l + 1}`,
      min: 1,
      max: 8,
      value: get("hidden")[l] ?? 1,
      onInput: (count) => change({ hidden: get("hidden").map((old, k) => (k === l ? count : old)) }),
    }),
  );
  const kinds = Object.keys(ACTIVATIONS).map((name) => [name, name === "relu" ? "ReLU" : name]);
  const activation = menu({ label: "Activation", options: kinds, onInput: set("activation") });
  const optimizer = menu({ label: "Optimizer", options: named(RULE_NAMES), onInput: set("optimizer") });
  const numbers = (list) => list.map((value) => [value, String(value)]);
  const rate = menu({ label: "Learning rate", options: numbers(RATES), onInput: set("learning_rate") });
  const sizes = numbers(BATCHES.slice(0, -1)).concat([[BATCHES.at(-1), "all (up to 500)"]]);
  const batch = menu({ label: "Batch size", options: sizes, onInput: set("batch_size") });
  const seed = counter({ label: "Start (seed)", min: 0, max: 99, value: get("seed"), onInput: set("seed") });
  const group = (title, ...parts) => {
    const el = h(
      "fieldset",
      { class: "xp-panel np-group" },
      h("legend", {}, title),
      h("div", { class: "xp-row" }, parts),
    );
    return el;
  };
  function draw(state) {
    data.set(state.data);
    noise.set(state.noise);
    examples.set(state.examples);
    share.set(state.train_share);
    for (const one of [noise, examples]) one.el.hidden = state.data === "own";
    layers.set(state.hidden.length);
    units.forEach((one, l) => {
      one.el.hidden = l >= state.hidden.length;
      if (l < state.hidden.length) one.set(state.hidden[l]);
    });
    activation.set(state.activation);
    activation.el.hidden = !state.hidden.length;
    optimizer.set(state.optimizer);
    rate.set(state.learning_rate);
    batch.set(state.batch_size);
    seed.set(state.seed);
  }
  const el = h(
    "div",
    { class: "np-controls" },
    group("Data", data.el, noise.el, examples.el, share.el),
    group("Network", layers.el, ...units.map((one) => one.el), activation.el),
    group("Training", optimizer.el, rate.el, batch.el, seed.el),
  );
  return { el, draw };
}

/** A network that trains, its losses so far, and its pictures' numbers. */
function sessionOf(state) {
  const training = trainingOf(state),
    { net, data } = training,
    losses = history(),
    places = placesOf(data.inputs, data.inputs === 1 ? 61 : CELLS),
    points = pointMarks(data);
  const judge = () => [data.train, data.test].map((part) => judged(net, part, data.classes));
  const note = () => losses.add(training.steps(), ...judge().map(({ loss }) => loss));
  const start = judge();
  note();
  function step() {
    const fine = training.step();
    if (fine && losses.due(training.steps())) note();
    return fine && training.steps() < MOST_STEPS;
  }
  return { ...training, step, losses, judge, start, points, views: () => viewsOf(net, state, places) };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    keyOf = (state) => JSON.stringify(SETUP.map((name) => state[name]));
  let session,
    key = "",
    drawn = "",
    weight = null; // the line that is pointed at

  const change = (values) => put(model, { ...values, steps: 0 });
  const controls = controlsOf(change, (name) => model.get(name));
  const runner = trainingPlayer({
    model,
    session: () => session,
    draw: () => draw(),
    speeds: [1, 10, 60, 300, 1000],
    speed: 60,
    budget: 4, // a frame's drawing takes up to 6 ms more
  });

  const net = drawing({
    shownNow: () => unitShown(stateOf()),
    onChoose: (unit) => put(model, { unit: unit[0] > model.get("hidden").length ? null : unit }),
    onWeight(line) {
      weight = line;
      words();
    },
  });
  const field = chart({ height: 300 }),
    curve = chart({ height: 190 }),
    scores = scoreboard(),
    said = status();
  const note = h("p", { class: "np-note" }),
    caption = h("span");
  const parts = toggle({ label: "Show the parts it adds up", value: true, onInput: (on) => put(model, { parts: on }) });

  let placed = 1; // the class of new points
  const pad = placing({
    scales: () => field.scales(),
    points: () => model.get("points"),
    onPlace(at) {
      const points = model.get("points");
      if (points.length < MOST_POINTS) change({ points: [...points, [...at, placed]] });
    },
    onRemove: (i) => change({ points: model.get("points").filter((_, k) => k !== i) }),
  });
  field.el.querySelector(".xp-chart-plot").append(pad.el);
  const classes = choice({
    label: "New points are of",
    options: [1, 0].map((k) => [k, CLASSES[k]]),
    value: placed,
    onInput: (k) => {
      placed = k;
    },
  });
  const clear = button("Remove all points", () => change({ points: [] })),
    own = h(
      "div",
      { class: "np-own" },
      h(
        "p",
        { class: "np-key" },
        "Click or tap to place a point, on a point to remove it. Keys: arrows, Enter, Delete.",
      ),
      h("div", { class: "xp-row" }, classes.el, clear),
    );

  const legend = h(
    "p",
    { class: "np-key" },
    h("span", {}, h("i", { class: "np-plus" }), "positive weight"),
    h("span", {}, h("i", { class: "np-minus" }), "negative weight, dashed"),
    h("span", {}, "wider: larger"),
  );
  const netFigure = figure(
    "The network: choose a unit to see its view large, point at a line for its weight",
    net.el,
    legend,
    note,
  );
  const fieldFigure = figure(caption, field.el, parts.el, own);
  const lossFigure = figure("Loss on training and test points", curve.el);
  const stage = h("div", { class: "np-stage" }, netFigure, fieldFigure);
  const results = h("div", { class: "np-results" }, lossFigure, scores.el);
  root(
    el,
    "A network in the page",
    "Build a network, press Play and watch it learn; every change starts it again.",
  ).append(controls.el, runner.el, stage, results, said.el);

  /** Brings the network to the state that the traits say: another one, or more steps. */
  function sync(state) {
    const next = keyOf(state);
    if (next === key && state.steps === session.steps()) return;
    if (next === key && session.failed() && state.steps >= session.steps()) return;
    if (next !== key || state.steps < session.steps()) session = sessionOf(state);
    key = next;
    let more = true;
    while (more && session.steps() < state.steps) more = session.step();
    runner.at(session.steps(), !more || session.steps() >= MOST_STEPS);
  }
  function words(state = stateOf()) {
    const shown = unitShown(state);
    if (!weight) note.textContent = formula(state, session.net, shown);
    else {
      const { layer, from, to } = weight,
        value = weightsInto(session.net, layer, to)[from];
      const [a, b] = [unitName([layer - 1, from], state), unitName([layer, to], state)];
      note.textContent = `Weight from ${a} to ${b}: ${format(value, 3)}.`;
    }
  }
  function drawField(state, views, ranges, shown) {
    const { net: network, points } = session,
      title = unitName(shown, state);
    const plane = state.data !== "curve",
      hidden = shown[0] <= state.hidden.length;
    caption.textContent = plane
      ? hidden
        ? `The view of ${title}: blue where it is high, brown where it is low`
        : "What the network says: blue for class 1, brown for class 0"
      : `The curve that the network has learned${hidden && shown[0] ? `, and ${title}` : ""}`;
    const marks = plane
      ? planeMarks(
          views[shown[0]][shown[1]],
          ranges[shown[0]],
          hidden ? ["high", "low"] : ["class 1", "class 0"],
          points,
        )
      : curveMarks({ net: network, views, state, shown, points });
    const ends = [-EDGE, EDGE];
    field.draw({
      label: caption.textContent,
      marks,
      x: { label: plane ? "x\u2081" : "x", domain: ends },
      y: { label: plane ? "x\u2082" : "y", domain: ends },
    });
  }
  function draw() {
    const state = stateOf();
    if (keyOf(state) !== key) controls.draw(state); // not while it only trains
    sync(state);
    drawn = JSON.stringify(state);
    const shown = unitShown(state),
      judgedNow = session.judge(),
      views = session.views(),
      ranges = rangesOf(views, state);
    net.draw({ net: session.net, views, ranges, shown, state });
    drawField(state, views, ranges, shown);
    drawLosses(judgedNow);
    scores.draw(judgedNow, session.data.classes);
    parts.el.hidden = state.data !== "curve" || !state.hidden.length;
    parts.set(state.parts);
    own.hidden = pad.el.hidden = state.data !== "own";
    if (!pad.el.hidden) pad.show();
    words(state);
    said.say(sentence(state, report(judgedNow)), note.textContent, !runner.playing());
  }
  const report = ([train, test]) => ({
    steps: session.steps(),
    epoch: session.epoch(),
    failed: session.failed(),
    counts: [session.data.train.count, session.data.test.count],
    first: session.start[0].loss,
    train,
    test,
  });
  function drawLosses(judgedNow) {
    const { losses, data } = session,
      x = [...losses.steps, session.steps()],
      log = Math.max(...losses.train) > 1000; // it diverges: of a curve with round numbers only the end would be seen
    const line = (name, list, { loss }, style) => ({ kind: "line", name, x, y: [...list, loss], style });
    curve.draw({
      label: "Loss by step",
      marks: [
        line("training", losses.train, judgedNow[0], 0),
        ...(data.test.count ? [line("test", losses.test, judgedNow[1], 1)] : []),
      ],
      x: { label: "step", domain: [0, Math.max(20, session.steps())] },
      y: { label: "loss", log, zero: !log },
    });
  }

  const unfollow = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(stateOf())) draw();
  });
  const none = () => !trialOf(stateOf());
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      linear_accuracy: {
        question: () =>
          none()
            ? "Choose points of two classes first."
            : `A network without a hidden layer trains on these points (${DATA_NAMES[model.get("data")]}). ` +
              "What share of its training points does it get right?",
        because: () => `It was trained here, for ${TRIAL.steps} steps with Adam.`,
        unit: "%",
        min: 0,
        max: 100,
        about: () => trialOf(stateOf()),
        answer: () => linearAccuracy(stateOf()),
        cover: [results, said.el],
      },
      units_needed: {
        question: () =>
          none()
            ? "Choose points of two classes first."
            : `How many ${model.get("activation")} units must one hidden layer have at least to get ` +
              `${100 * TRIAL.enough} % of these training points right?`,
        because: () =>
          `Networks with 1, 2, 3 \u2026 units were trained here, each from ${TRIAL.starts} starts for ${TRIAL.steps} steps ` +
          "with Adam; the first that got there counts.",
        options: [1, 2, 3, 4, 5, 6, 7, 8, "more than 8"],
        about: () => trialOf(stateOf()),
        answer: () => unitsNeeded(stateOf()),
        cover: [results, said.el],
      },
      parameters: {
        question: () => `How many numbers, weights and biases, does the network ${sizesOf(stateOf())} learn?`,
        min: 1,
        answer: () => parameterCount(stateOf()),
      },
    },
  });
  const stopTheme = onTheme(() => {
    net.forget();
    draw();
  });
  let wide = 0;
  const watcher = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width !== wide) draw();
    wide = contentRect.width;
  });
  watcher.observe(net.el);
  return () => {
    unfollow();
    unteach();
    stopTheme();
    watcher.disconnect();
    for (const one of [runner, field, curve, said, pad]) one.stop();
  };
}

export default { render };
