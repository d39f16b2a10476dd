// The threshold explorer: scored examples of two classes, a threshold, and every measure that moves with it.

import { LABELS, PICTURES, SCORES } from "./shared/detector_scores.mjs";
import { chart } from "./shared/chart.mjs";
import { edgesOf, histogramOf, layoutOf } from "./shared/chart_numbers.mjs";
import { generator } from "./shared/random.mjs";
import { draggable, slidTo } from "./shared/drag.mjs";
import { wilson } from "./shared/interval.mjs";
import { lesson } from "./shared/lesson.mjs";
import { multiples } from "./shared/picture.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { button, choice, clamp, figure, follow, format, h, many, menu } from "./shared/ui.mjs";
import { percent, put, remembered, root, slider, status, traitsOf } from "./shared/ui.mjs";

const NORMAL = "two normal distributions",
  NETWORK = "a trained network";
const DRAW = ["scores", "prevalence", "balance", "distance", "spreads", "examples", "seed"];
const STATE = [...DRAW, "threshold", "cost_miss", "cost_alarm"];
const DIGIT = "8",
  BINS = 36,
  HEIGHT = 230;
const PREVALENCES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
const COSTS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const hundredths = (value) => Math.round(value * 100) / 100;

// ---- The examples ----

/** So many scores of a class, drawn from its normal distribution; the first ones stay when there are more. */
function normalScores({ distance, spreads, seed }, positive, count) {
  const { normal } = generator(2 * seed + Number(positive)),
    [mean, spread] = positive ? [distance, spreads[1]] : [0, spreads[0]];
  return Array.from({ length: count }, () => hundredths(mean + spread * normal()));
}

const DIGITS = SCORES.split(" ").map((score, id) => ({ id, score: Number(score), positive: LABELS[id] === DIGIT }));
const EIGHTS = DIGITS.filter(({ positive }) => positive).length;

/** The share of positives that is asked for, or that of the examples as they were scored. */
export const prevalenceOf = ({ prevalence, scores }) =>
  prevalence ?? (scores === NETWORK ? EIGHTS / DIGITS.length : 0.5);

/** How many negatives and positives are taken. */
export function sizesOf(state) {
  const share = prevalenceOf(state),
    network = state.scores === NETWORK,
    asked = state.balance === "fewer examples";
  if (!network) {
    const positives = clamp(Math.round((asked ? share : 0.5) * state.examples), 1, state.examples - 1);
    return [state.examples - positives, positives];
  }
  const others = DIGITS.length - EIGHTS;
  if (!asked) return [others, EIGHTS];
  const odds = share / (1 - share); // as many as there are, of one class all
  return odds * others <= EIGHTS
    ? [others, Math.max(1, Math.round(odds * others))]
    : [Math.max(1, Math.round(EIGHTS / odds)), EIGHTS];
}

/**
 * The scored examples, the highest score first: { scores, positive, ids, sizes, weights }; weights are how often each
 * negative and each positive counts.
 */
export function sampleOf(state) {
  const sizes = sizesOf(state),
    total = sizes[0] + sizes[1],
    share = prevalenceOf(state);
  const list =
    state.scores === NETWORK
      ? [false, true].flatMap((side, n) => DIGITS.filter(({ positive }) => positive === side).slice(0, sizes[n]))
      : [false, true].flatMap((positive, n) =>
          normalScores(state, positive, sizes[n]).map((score) => ({ score, positive })),
        );
  list.sort((a, b) => b.score - a.score);
  const weight = (part, size) => {
    const exact = (part * total) / size;
    return state.balance === "fewer examples" || Math.abs(exact - 1) < 1e-9 ? 1 : exact;
  };
  return {
    scores: list.map(({ score }) => score),
    positive: list.map(({ positive }) => positive),
    ids: list.map(({ id }) => id),
    sizes,
    weights: [weight(1 - share, sizes[0]), weight(share, sizes[1])],
  };
}

// ---- The measures ----

/** How many examples get a yes or a no, rightly or not: { tp, fn, fp, tn }, each example once. */
export function confusion({ scores, positive }, threshold) {
  const counts = { tp: 0, fn: 0, fp: 0, tn: 0 };
  for (let i = 0; i < scores.length; i++)
    counts[scores[i] >= threshold ? (positive[i] ? "tp" : "fp") : positive[i] ? "fn" : "tn"] += 1;
  return counts;
}

/** The counts with each example's weight. */
export const weighted = ({ tp, fn, fp, tn }, [w0, w1]) => ({ tp: tp * w1, fn: fn * w1, fp: fp * w0, tn: tn * w0 });

const share = (part, whole) => (whole > 0 ? part / whole : null);

/** Every measure of four counts; null where it is not defined. `baseline`: the accuracy of always the larger class. */
export function measures({ tp, fn, fp, tn }) {
  const recall = share(tp, tp + fn),
    specificity = share(tn, fp + tn),
    all = tp + fn + fp + tn;
  return {
    recall,
    specificity,
    falsePositiveRate: share(fp, fp + tn),
    balancedAccuracy: recall === null || specificity === null ? null : (recall + specificity) / 2,
    precision: share(tp, tp + fp),
    f1: share(2 * tp, 2 * tp + fp + fn),
    accuracy: share(tp + tn, all),
    baseline: share(Math.max(tp + fn, fp + tn), all),
  };
}

/**
 * ROC and precision-recall curve of examples that are sorted, the highest score first. Point i of each array is what
 * comes of the threshold thresholds[i]; at the first, infinity, nothing gets a yes, and precision has no value.
 */
export function curves({ scores, positive, weights: [w0, w1] }) {
  const positives = positive.filter(Boolean).length,
    negatives = positive.length - positives;
  const thresholds = [Infinity],
    recall = [0],
    falsePositiveRate = [0],
    precision = [null];
  let tp = 0,
    fp = 0,
    auc = 0,
    averagePrecision = 0;
  scores.forEach((score, i) => {
    if (positive[i]) tp += 1;
    else fp += 1;
    if (scores[i + 1] === score) return; // equal scores get the same answer
    const found = tp / positives,
      alarms = fp / negatives,
      right = (tp * w1) / (tp * w1 + fp * w0);
    auc += ((alarms - falsePositiveRate.at(-1)) * (found + recall.at(-1))) / 2;
    averagePrecision += (found - recall.at(-1)) * right;
    thresholds.push(score);
    recall.push(found);
    falsePositiveRate.push(alarms);
    precision.push(right);
  });
  return { thresholds, recall, falsePositiveRate, precision, auc, averagePrecision };
}

/** What misses and false alarms cost, on average over all examples. */
export function costOf({ tp, fn, fp, tn }, { cost_miss: miss, cost_alarm: alarm }) {
  return (miss * fn + alarm * fp) / (tp + fn + fp + tn);
}

/** The place in the curves that costs least; of equal ones the highest threshold. */
export function cheapest({ recall, falsePositiveRate }, share, { cost_miss: miss, cost_alarm: alarm }) {
  const cost = (i) => share * miss * (1 - recall[i]) + (1 - share) * alarm * falsePositiveRate[i];
  let at = 0;
  for (let i = 1; i < recall.length; i++) if (cost(i) < cost(at) - 1e-12) at = i;
  return { at, cost: cost(at) };
}

/** The share of positives among the weighted examples. */
export const shareOf = ({ sizes, weights }) =>
  (sizes[1] * weights[1]) / (sizes[0] * weights[0] + sizes[1] * weights[1]);

/** What the threshold may be: round numbers beyond all scores, so that yes to all and yes to none are among them. */
export const rangeOf = ({ scores }) => [Math.floor(2 * scores.at(-1)) / 2, Math.floor(2 * scores[0] + 1) / 2];

/** Precision, in %, with this recall and false-positive rate where so many are positive; NaN where none gets a yes. */
export function precisionAt(state, share) {
  const { recall, falsePositiveRate } = measures(confusion(sampleOf(state), state.threshold));
  const found = share * recall,
    alarms = (1 - share) * falsePositiveRate;
  return (100 * found) / (found + alarms);
}

/** The accuracy, in %, of never saying yes. */
export const accuracyOfNo = (state) => 100 * (1 - shareOf(sampleOf(state)));

/** The threshold that costs least; above all scores where saying yes to none does. */
export function cheapestThreshold(state) {
  const sample = sampleOf(state),
    found = curves(sample);
  return thresholdAt(sample, found, cheapest(found, shareOf(sample), state).at);
}
const thresholdAt = (sample, { thresholds }, at) => (at ? thresholds[at] : rangeOf(sample)[1]);

/** The examples whose scores are nearest to the threshold, so many on each side: their places, the lowest first. */
export function nearest({ scores }, threshold, each) {
  let above = 0; // how many get a yes
  while (above < scores.length && scores[above] >= threshold) above += 1;
  const from = Math.max(0, above - each),
    to = Math.min(scores.length, above + each);
  return Array.from({ length: to - from }, (_, i) => to - 1 - i);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The pixels of a digit, 0 (ink) to 7 (paper). */
export const pixelsOf = (id) =>
  [...PICTURES.slice(32 * id, 32 * id + 32)].flatMap((letter) => {
    const both = LETTERS.indexOf(letter);
    return [7 - (both >> 3), 7 - (both & 7)];
  });

// ---- Words ----

const counted = (value) => (value >= 100 ? format(value, 0) : format(value, 1));
/** A prevalence with as many digits as it has. */
const prevalenceText = (value) => percent(value, value < 0.01 || value > 0.99 ? 2 : 1);

/** How the share of positives came about. */
export function balanceText(state, { sizes, weights }) {
  const taken = `${many(sizes[1], "positive")} and ${many(sizes[0], "negative")}`;
  if (weights.every((w) => w === 1))
    return `${taken}, ${state.balance === "weights" ? "each counted once" : "taken so that this share is met"}.`;
  return (
    `${taken}. So that ${prevalenceText(shareOf({ sizes, weights }))} are positive, each positive counts ` +
    `${format(weights[1], 3)} times and each negative ${format(weights[0], 3)} times; no score changes.`
  );
}

/** The state in a few sentences. */
export function sentence(state, sample) {
  const counts = confusion(sample, state.threshold),
    { recall, falsePositiveRate, precision, accuracy, baseline } = measures(weighted(counts, sample.weights));
  const [negatives, positives] = sample.sizes;
  const positive = shareOf(sample),
    larger = Math.abs(positive - 0.5) < 1e-9 ? "the same" : positive > 0.5 ? "yes" : "no",
    plainly = sample.weights.every((w) => w === 1),
    so = plainly ? "O" : `With weights that make ${prevalenceText(positive)} positive, o`;
  const said =
    precision === null
      ? "It says yes to nothing, so precision is not defined."
      : `${so}f all that get a yes ${percent(precision)} are positive (precision).`;
  const better =
    Math.abs(accuracy - baseline) < 1e-12
      ? `as often as always saying ${larger}`
      : `${accuracy > baseline ? "more" : "less"} often than always saying ${larger}, which is right in ${percent(baseline)}`;
  return (
    `From score ${format(state.threshold)} on the detector says yes: to ${counts.tp} of ${many(positives, "positive")} ` +
    `(recall ${percent(recall)}) and, falsely, to ${counts.fp} of ${many(negatives, "negative")} ` +
    `(${percent(falsePositiveRate)}). ${said} It is right in ${percent(accuracy)}, ${better}.`
  );
}

// ---- The view ----

/** A slider along a list of values, to which any other value is added. Returns { el, set(value, list) }. */
function stopped({ label, list, show, onInput }) {
  let stops = list;
  const made = slider({
    label,
    min: 0,
    max: list.length - 1,
    value: 0,
    show: (place) => show(stops[place] ?? stops[0]),
    onInput: (place) => onInput(stops[place]),
  });
  function set(value) {
    stops = list.includes(value) ? list : [...list, value].sort((a, b) => a - b);
    made.set(stops.indexOf(value), { max: stops.length - 1 });
  }
  return { el: made.el, set };
}

/** The confusion matrix: counts, each with a square of its area. */
function matrix() {
  const cells = {
    tp: ["true positives", "right"],
    fn: ["misses (false negatives)", "wrong"],
    fp: ["false alarms (false positives)", "wrong"],
    tn: ["true negatives", "right"],
  };
  const made = {};
  const cell = (name) => {
    const square = h("i", { class: `th-square ${cells[name][1]}`, "aria-hidden": "true" }),
      count = h("b");
    made[name] = { square, count };
    return h("td", {}, h("span", { class: "th-area" }, square), count, h("small", {}, cells[name][0]));
  };
  const rows = { positive: h("th", { scope: "row" }), negative: h("th", { scope: "row" }) };
  const el = h(
    "table",
    { class: "th-table th-matrix", "aria-label": "Confusion matrix" },
    h(
      "thead",
      {},
      h("tr", {}, h("td"), h("th", { scope: "col" }, "it says yes"), h("th", { scope: "col" }, "it says no")),
    ),
    h(
      "tbody",
      {},
      h("tr", {}, rows.positive, cell("tp"), cell("fn")),
      h("tr", {}, rows.negative, cell("fp"), cell("tn")),
    ),
  );
  return {
    el,
    draw(counts) {
      const all = counts.tp + counts.fn + counts.fp + counts.tn;
      rows.positive.replaceChildren("positive", h("small", {}, counted(counts.tp + counts.fn)));
      rows.negative.replaceChildren("negative", h("small", {}, counted(counts.fp + counts.tn)));
      for (const [name, { square, count }] of Object.entries(made)) {
        count.textContent = counted(counts[name]);
        square.style.setProperty("--side", Math.sqrt(counts[name] / all).toFixed(4));
      }
    },
  };
}

/** A table of measures: value, bar and interval of each. rows: [name, label, how it is computed]. */
function measureTable(label, rows) {
  const made = Object.fromEntries(
    rows.map(([name, title, how]) => {
      const value = h("td", { class: "th-value" }),
        bar = h("i"),
        reach = h("u"),
        interval = h("td", { class: "th-interval" });
      const el = h(
        "tr",
        {},
        h("th", { scope: "row" }, title, h("small", {}, how)),
        value,
        h("td", { class: "th-bars", "aria-hidden": "true" }, h("span", { class: "th-bar" }, bar, reach)),
        interval,
      );
      return [name, { el, value, bar, reach, interval }];
    }),
  );
  const head = ["", "value", "", "95 % interval"].map((text, n) =>
    text ? h("th", { scope: "col" }, text) : h("td", { class: n ? "th-bars" : "" }),
  );
  const el = h(
    "table",
    { class: "th-table", "aria-label": label },
    h("thead", {}, h("tr", {}, head)),
    h(
      "tbody",
      {},
      Object.values(made).map((row) => row.el),
    ),
  );
  /** values: by name { value, interval, plain }: null where there is none; plain ones are no percentages. */
  function draw(values) {
    for (const [name, { value, bar, reach, interval }] of Object.entries(made)) {
      const { value: v, interval: limits, plain } = values[name];
      value.textContent = v === null ? "not defined" : plain ? format(v, 3) : percent(v);
      bar.style.width = `${100 * (v ?? 0)}%`;
      reach.hidden = !limits;
      if (limits) {
        reach.style.left = `${100 * limits[0]}%`;
        reach.style.width = `${100 * (limits[1] - limits[0])}%`;
      }
      interval.textContent = limits ? `${format(100 * limits[0], 1)}\u2013${percent(limits[1])}` : "none";
    }
  }
  return { el, draw };
}

/** The threshold over the histogram, to be dragged. now() is its value: several keys may come before the next frame. */
function threshold(plot, now, move) {
  const line = h("i", { class: "th-line", "aria-hidden": "true" }, h("b", { class: "th-knob" })),
    no = h("span", { class: "th-side no", "aria-hidden": "true" }, "\u25c2 says no"),
    yes = h("span", { class: "th-side yes", "aria-hidden": "true" }, "says yes \u25b8"),
    shade = h("i", { class: "th-shade", "aria-hidden": "true" });
  const el = h(
    "div",
    { class: "th-hand", role: "slider", tabindex: 0, "aria-label": "Threshold" },
    shade,
    line,
    no,
    yes,
  );
  plot.append(el);
  let layout,
    range = [0, 1];
  const go = (value) => move(hundredths(clamp(value, ...range)));
  draggable(el, {
    touch: "pan-y",
    onGrab: () => Boolean(layout),
    onMove: (x) => go(layout.sx.back(x)),
    onKey(event) {
      const to = slidTo(event, now(), range, 0.05);
      if (to !== undefined) go(to);
      return to !== undefined;
    },
  });
  function draw(next, value, limits, text) {
    layout = next;
    range = limits;
    const { sx, box } = layout,
      x = clamp(sx(value), box.left, box.right);
    el.style.setProperty("--x", `${x.toFixed(1)}px`);
    for (const [name, place] of Object.entries(box)) el.style.setProperty(`--${name}`, `${place}px`);
    no.hidden = x - box.left < 80;
    yes.hidden = box.right - x < 80;
    const said = {
      "aria-valuemin": range[0],
      "aria-valuemax": range[1],
      "aria-valuenow": value,
      "aria-valuetext": text,
    };
    for (const [name, part] of Object.entries(said)) el.setAttribute(name, part);
  }
  return { el, draw };
}

/** Two points of the line of equal cost through the cheapest place, within the square; null where it is upright. */
export function equalCost([x, y], slope) {
  if (!Number.isFinite(slope)) return null;
  const left = Math.max(0, slope > 0 ? x - y / slope : 0),
    right = Math.min(1, slope > 0 ? x + (1 - y) / slope : 1);
  return { x: [left, right], y: [y + slope * (left - x), y + slope * (right - x)] };
}

/** The precision-recall curve as the steps whose area is the average precision. */
export function steps({ recall, precision }) {
  const x = [],
    y = [];
  for (let i = 1; i < recall.length; i++) {
    if (recall[i] > recall[i - 1] || i === 1) {
      x.push(recall[i - 1]);
      y.push(precision[i]);
    }
    x.push(recall[i]);
    y.push(precision[i]);
  }
  return { x, y };
}

/** What a link may set, as Python has it. */
export const CHECKS = {
  scores: oneOf(NORMAL, NETWORK),
  prevalence: (value) => value === null || (number(value) && value >= 0.001 && value <= 0.999),
  balance: oneOf("weights", "fewer examples"),
  threshold: (value) => number(value) && Math.abs(value) <= 100,
  distance: (value) => number(value) && value >= 0 && value <= 4,
  spreads: (value) =>
    Array.isArray(value) && value.length === 2 && value.every((one) => number(one) && one >= 0.2 && one <= 3),
  examples: (value) => whole(value, 20, 2000),
  seed: (value) => whole(value, 0, 9999),
  cost_miss: (value) => number(value) && value >= 0.001 && value <= 1000,
  cost_alarm: (value) => number(value) && value >= 0.001 && value <= 1000,
};
const PLAIN = {
  scores: NORMAL,
  balance: "weights",
  distance: 2,
  spreads: [1, 1],
  examples: 1000,
  seed: 0,
  prevalence: 0.5,
  cost_miss: 1,
  cost_alarm: 1,
};
const TOURS = {
  threshold: [
    [
      { ...PLAIN, threshold: 0 },
      "Far to the left: nearly every positive gets its yes, and so does half of the negatives. High recall, low precision.",
    ],
    [{ ...PLAIN, threshold: 2 }, "Far to the right: hardly a false alarm, but half of the positives are missed."],
    [
      { ...PLAIN, threshold: 1, prevalence: 0.05 },
      "Between the two, and now only 5 % are positive. Recall and false-positive rate stay; precision falls.",
    ],
    [
      { ...PLAIN, threshold: 1, prevalence: 0.01 },
      "Only 1 %: the ROC curve and its area have not moved, the precision\u2013recall curve has sunk. Always saying no would be right in 99 %.",
    ],
    [
      { ...PLAIN, threshold: 1, prevalence: 0.05, cost_miss: 50 },
      "A miss now costs fifty times a false alarm: the cheapest threshold lies further left, where more alarms are put up with.",
    ],
  ],
};

/** The sample, its curves and its bars. */
function dataOf(state) {
  const sample = sampleOf(state),
    curve = curves(sample),
    range = rangeOf(sample),
    edges = edgesOf(range, BINS);
  const bars = [false, true].map((side, n) =>
    histogramOf(
      sample.scores.filter((_, i) => sample.positive[i] === side),
      edges,
    ).map((count) => count * sample.weights[n]),
  );
  return { sample, curve, share: shareOf(sample), range, edges, bars, steps: steps(curve) };
}

function render({ model, el }) {
  const change = (values) => put(model, values),
    stateOf = () => traitsOf(model, STATE),
    data = remembered(DRAW, dataOf);
  let width = 0;

  const source = menu({
    label: "Scores of",
    options: [
      [NORMAL, "two normal distributions"],
      [NETWORK, "a trained network: is it an 8?"],
    ],
    onInput: (scores) => change({ scores, prevalence: null, threshold: scores === NETWORK ? 0 : 1 }),
  });
  const prevalence = stopped({
    label: "Share of positives",
    list: PREVALENCES,
    show: prevalenceText,
    onInput: (value) => change({ prevalence: value }),
  });
  const balance = choice({
    label: "set by",
    value: "weights",
    onInput: (value) => change({ balance: value }),
    options: [
      ["weights", "weights"],
      ["fewer examples", "fewer examples"],
    ],
  });
  const sliders = {
    distance: slider({
      label: "Distance",
      min: 0,
      max: 4,
      step: 0.1,
      value: 2,
      onInput: (distance) => change({ distance }),
    }),
    negatives: slider({
      label: "Spread of the negatives",
      min: 0.2,
      max: 3,
      step: 0.1,
      value: 1,
      onInput: (value) => change({ spreads: [value, model.get("spreads")[1]] }),
    }),
    positives: slider({
      label: "Spread of the positives",
      min: 0.2,
      max: 3,
      step: 0.1,
      value: 1,
      onInput: (value) => change({ spreads: [model.get("spreads")[0], value] }),
    }),
    examples: slider({
      label: "Examples",
      min: 20,
      max: 2000,
      step: 20,
      value: 1000,
      onInput: (examples) => change({ examples }),
    }),
  };
  const again = button("Draw again", () => change({ seed: (model.get("seed") + 1) % 10000 }));
  const drawn = h(
    "div",
    { class: "xp-row th-drawn" },
    Object.values(sliders).map((one) => one.el),
    again,
  );
  const note = h("p", { class: "th-note" });

  const where = h("b");
  const histogram = chart({ height: HEIGHT, reading: false });
  const hand = threshold(
    histogram.el.querySelector(".xp-chart-plot"),
    () => model.get("threshold"),
    (value) => change({ threshold: value }),
  );
  const near = multiples({ label: "Digits with scores nearest to the threshold", size: 40 });
  const nearFigure = figure("The digits whose scores are nearest to the threshold", near.el);
  nearFigure.classList.add("th-near");

  const table = matrix();
  const single = measureTable("Measures of each class alone", [
    ["recall", "recall", "true positives / positives"],
    ["specificity", "specificity", "true negatives / negatives"],
    ["falsePositiveRate", "false-positive rate", "false alarms / negatives"],
    ["balancedAccuracy", "balanced accuracy", "mean of recall and specificity"],
  ]);
  const both = measureTable("Measures of both classes together", [
    ["precision", "precision", "true positives / all that get a yes"],
    ["f1", "F1", "harmonic mean of precision and recall"],
    ["accuracy", "accuracy", "right answers / all"],
    ["baseline", "always the larger class", "its accuracy"],
  ]);
  const panel = (title, ...parts) =>
    h("div", { class: "xp-panel th-panel" }, h("p", { class: "th-head" }, title), parts);
  const bothPanel = panel("Both classes together: moved by the share of positives", both.el),
    singlePanel = panel("Each class alone: unmoved by the share of positives", single.el);

  const apart = h("p", { class: "th-note th-apart" });
  const roc = chart({ height: 250 }),
    pr = chart({ height: 250 });
  const rocTitle = h("span"),
    prTitle = h("span");
  const rocFigure = figure(rocTitle, roc.el),
    prFigure = figure(prTitle, pr.el);

  const miss = stopped({ label: "A miss costs", list: COSTS, show: format, onInput: (v) => change({ cost_miss: v }) });
  const alarm = stopped({
    label: "A false alarm costs",
    list: COSTS,
    show: format,
    onInput: (v) => change({ cost_alarm: v }),
  });
  const costs = h("p", { class: "th-costs" });
  const goThere = button("Go to the cheapest", () => change({ threshold: cheapestThreshold(stateOf()) }));
  const along = h(
    "p",
    { class: "th-note" },
    "All places on the dotted line of the ROC chart cost as little as the cheapest.",
  );
  const answer = h("div", { class: "th-answer" }, costs, goThere, along);

  const said = status();
  const lead =
    "A detector scores each example and says yes from the threshold on. Drag the threshold, or use arrow keys.";
  root(el, "Threshold explorer", lead).append(
    h("div", { class: "xp-row" }, source.el, prevalence.el, balance.el),
    drawn,
    note,
    figure(["Threshold ", where], histogram.el),
    nearFigure,
    said.el,
    h(
      "div",
      { class: "th-grid" },
      h(
        "div",
        { class: "th-column" },
        panel("What comes of it", table.el),
        panel("What the errors cost", miss.el, alarm.el, answer),
      ),
      h("div", { class: "th-column" }, singlePanel, bothPanel, apart),
    ),
    h("div", { class: "th-curves" }, rocFigure, prFigure),
  );

  function drawControls(state, sample, share) {
    const network = state.scores === NETWORK;
    source.set(state.scores);
    prevalence.set(state.balance === "weights" ? share : prevalenceOf(state));
    balance.set(state.balance);
    drawn.hidden = network;
    sliders.distance.set(state.distance);
    sliders.negatives.set(state.spreads[0]);
    sliders.positives.set(state.spreads[1]);
    sliders.examples.set(state.examples);
    miss.set(state.cost_miss);
    alarm.set(state.cost_alarm);
    note.textContent = balanceText(state, sample);
  }
  function drawHistogram(state, { edges, bars, range, sample }) {
    const plainly = sample.weights.every((w) => w === 1);
    const spec = {
      label: "Scores of the examples",
      x: { label: state.scores === NETWORK ? "score: logarithm of the odds of an 8" : "score", domain: range },
      y: { label: plainly ? "examples" : "examples, weighted" },
      legend: true,
      marks: [
        { kind: "bars", name: "negative", edges, counts: bars[0] },
        { kind: "bars", name: "positive", edges, counts: bars[1] },
      ],
    };
    histogram.draw(spec);
    return width ? layoutOf(spec, width, HEIGHT) : null;
  }
  function drawNear(state, sample) {
    nearFigure.hidden = state.scores !== NETWORK;
    if (nearFigure.hidden) return;
    near.show(
      nearest(sample, state.threshold, 4).map((place) => {
        const yes = sample.scores[place] >= state.threshold,
          id = sample.ids[place];
        const caption = `${LABELS[id]}: ${yes ? "yes" : "no"}, ${yes === sample.positive[place] ? "right" : "wrong"}`;
        return { values: pixelsOf(id), height: 8, width: 8, low: 0, high: 7, caption };
      }),
    );
  }
  function drawMeasures({ sample }, counts, heavy) {
    const { tp, fn, fp, tn } = counts,
      plainly = sample.weights.every((w) => w === 1),
      values = measures(heavy);
    table.draw(heavy);
    single.draw({
      recall: { value: values.recall, interval: wilson(tp, tp + fn) },
      specificity: { value: values.specificity, interval: wilson(tn, tn + fp) },
      falsePositiveRate: { value: values.falsePositiveRate, interval: wilson(fp, tn + fp) },
      balancedAccuracy: { value: values.balancedAccuracy },
    });
    const share = (value, part, total) => ({ value, interval: plainly ? wilson(part, total) : null });
    both.draw({
      precision: share(values.precision, tp, tp + fp),
      f1: { value: values.f1, plain: true },
      accuracy: share(values.accuracy, tp + tn, tp + tn + fp + fn),
      baseline: { value: values.baseline },
    });
    apart.textContent = plainly
      ? "Wilson\u2019s intervals. F1, a mean of rates and the larger class\u2019s share are no counts of right answers: they have none."
      : "Wilson\u2019s intervals, for rates of one class only: weighted examples are no counts. Set the share by fewer examples to have the others.";
    return values;
  }
  function drawCurves(state, { curve, share, steps: line }, values, best) {
    const slope = ((1 - share) * state.cost_alarm) / (share * state.cost_miss);
    const spot = [curve.falsePositiveRate[best.at], curve.recall[best.at]],
      equal = equalCost(spot, slope);
    const square = (label) => ({ label, domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
    rocTitle.replaceChildren(h("b", {}, "ROC curve"), ` area ${curve.auc.toFixed(3)}`);
    roc.draw({
      label: "ROC curve",
      x: square("false-positive rate"),
      y: square("recall"),
      legend: true,
      marks: [
        { kind: "line", name: "all thresholds", x: curve.falsePositiveRate, y: curve.recall },
        { kind: "line", name: "chance", x: [0, 1], y: [0, 1], style: 1 },
        { kind: "line", name: "equal cost", ...equal, style: 2 },
        { kind: "points", name: "cheapest", x: [spot[0]], y: [spot[1]], style: 2 },
        { kind: "points", name: "now", x: [values.falsePositiveRate], y: [values.recall], style: 3 },
      ],
    });
    prTitle.replaceChildren(
      h("b", {}, "Precision\u2013recall curve"),
      ` average precision ${curve.averagePrecision.toFixed(3)}`,
    );
    const now = values.precision === null ? { x: [], y: [] } : { x: [values.recall], y: [values.precision] };
    pr.draw({
      label: "Precision\u2013recall curve",
      x: square("recall"),
      y: square("precision"),
      legend: true,
      marks: [
        { kind: "line", name: "all thresholds", ...line },
        { kind: "line", name: "chance: the share of positives", x: [0, 1], y: [share, share], style: 1 },
        { kind: "points", name: "now", ...now, style: 3 },
      ],
    });
  }
  function drawCosts(state, { sample, curve }, heavy, best) {
    const now = costOf(heavy, state),
      to = thresholdAt(sample, curve, best.at);
    const each = (value) => format(value, value < 0.1 ? 4 : 3);
    const place = best.at ? `at ${format(to)}` : "with yes to nothing";
    costs.textContent =
      now <= best.cost + 1e-9
        ? `Misses and false alarms cost ${each(now)} an example: no threshold costs less.`
        : `Misses and false alarms cost ${each(now)} an example; cheapest is ${each(best.cost)}, ${place}.`;
    goThere.setAttribute("aria-disabled", now <= best.cost + 1e-9);
  }
  function draw() {
    const state = stateOf(),
      found = data(state),
      { sample, share, range, curve } = found;
    const counts = confusion(sample, state.threshold),
      heavy = weighted(counts, sample.weights),
      best = cheapest(curve, share, state);
    drawControls(state, sample, share);
    where.textContent = format(state.threshold);
    const layout = drawHistogram(state, found);
    const text =
      `${format(state.threshold)}: ${counts.tp} of ${many(sample.sizes[1], "positive")} found, ` +
      `${many(counts.fp, "false alarm")}`;
    if (layout) hand.draw(layout, state.threshold, range, text);
    drawNear(state, sample);
    const values = drawMeasures(found, counts, heavy);
    drawCurves(state, found, values, best);
    drawCosts(state, found, heavy, best);
    said.say(sentence(state, sample));
  }

  const unfollow = follow(model, STATE, draw);
  const unteach = lesson({
    model,
    el,
    traits: STATE,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      precision_at_one_percent: {
        question() {
          const { recall, falsePositiveRate } = measures(confusion(data(stateOf()).sample, model.get("threshold")));
          return (
            `This detector finds ${percent(recall)} of the positives and gives ${percent(falsePositiveRate)} of the ` +
            "negatives a false alarm. Where only 1 % of the examples are positive, which share of its alarms is right?"
          );
        },
        unit: "%",
        min: 0,
        max: 100,
        answer: () => precisionAt(stateOf(), 0.01),
        because: "Set the positives to 1 % and look at precision.",
        cover: [bothPanel, prFigure, said.el],
      },
      accuracy_of_no: {
        question: () =>
          `${prevalenceText(data(stateOf()).share)} of the examples are positive. Which accuracy has a detector that never says yes?`,
        unit: "%",
        min: 0,
        max: 100,
        answer: () => accuracyOfNo(stateOf()),
        cover: [bothPanel, said.el],
      },
      cheapest: {
        question: () =>
          `A miss costs ${format(model.get("cost_miss"))}, a false alarm ${format(model.get("cost_alarm"))}. ` +
          "At which threshold do the errors cost least?",
        answer: () => cheapestThreshold(stateOf()),
        cover: [rocFigure, answer],
      },
    },
  });
  const observer = new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) === width) return;
    width = Math.round(contentRect.width);
    draw();
  });
  observer.observe(hand.el);
  return () => {
    observer.disconnect();
    unfollow();
    unteach();
    said.stop();
    near.stop();
    for (const one of [histogram, roc, pr]) one.stop();
  };
}

export default { render };
