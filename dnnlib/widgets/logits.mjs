// Two hands on the logits: softmax and sigmoid of the same scores, a loss after each, its gradient, and overflow.

import { lesson } from "./shared/lesson.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { choice, clamp, counter, follow, format, h, menu, put, root } from "./shared/ui.mjs";
import { slider, status, traitsOf, voice } from "./shared/ui.mjs";

const CLASSES = ["cat", "dog", "fox", "owl", "ant"],
  LARGEST = 12;
const STATE = ["scores", "shift", "temperature", "label", "softmax_loss", "sigmoid_loss", "precision"];

// ---- Probabilities: what is computed here is exact, whatever the scores; its logarithms are the way to it ----

const sum = (values) => values.reduce((total, value) => total + value, 0);
const logSum = (values) => {
  const most = Math.max(...values);
  return most + Math.log(sum(values.map((value) => Math.exp(value - most))));
};
const without = (values, k) => values.filter((_, j) => j !== k);

/** The true class; a link may name one beyond the scores, then it is the last. */
const truth = ({ label, scores }) => Math.min(label, scores.length - 1);
/** What softmax and sigmoid see: the scores with the shift, over the temperature. */
export const scaled = ({ scores, shift, temperature }) => scores.map((z) => (z + shift) / temperature);
const logSoftmax = (s) => s.map((one) => one - logSum(s));
export const softmax = (s) => logSoftmax(s).map(Math.exp);
const logSigmoid = (s) => s.map((one) => Math.min(one, 0) - Math.log1p(Math.exp(-Math.abs(one))));
export const sigmoid = (s) => logSigmoid(s).map(Math.exp);
const minus = (values) => values.map((value) => -value);

// ---- Losses and their gradients: { p, loss, gradient }, p is what the loss sees, the gradient that of s ----

/** What a gradient dL/dp becomes on its way back through softmax. */
function backThroughSoftmax(p, dp) {
  const mean = sum(dp.map((d, k) => d * p[k]));
  return p.map((one, k) => one * (dp[k] - mean));
}
const binary = (s, y) => -sum(logSigmoid(s.map((one, k) => (y[k] ? one : -one))));

const SOFTMAX = {
  "categorical cross-entropy"(s, y, t) {
    const p = softmax(s);
    return { p, loss: -logSoftmax(s)[t], gradient: p.map((one, k) => one - y[k]) };
  },
  "squared error"(s, y) {
    const p = softmax(s),
      gap = p.map((one, k) => one - y[k]);
    const dp = gap.map((one) => 2 * one);
    return { p, loss: sum(gap.map((one) => one * one)), gradient: backThroughSoftmax(p, dp) };
  },
  "binary cross-entropy"(s, y, t) {
    const log = logSoftmax(s),
      logRest = s.map((_, k) => logSum(without(s, k)) - logSum(s)); // log(1 - p), also where p rounds to 1
    const own = s.map((_, k) => (k === t ? -Math.exp(logRest[t]) : Math.exp(log[k])));
    const other = (j, k) => (j === t ? -Math.exp(log[k]) : Math.exp(log[k] + log[j] - logRest[j]));
    const gradient = own.map((one, k) => one - sum(without([...s.keys()], k).map((j) => other(j, k))));
    return { p: log.map(Math.exp), loss: -sum(y.map((one, k) => (one ? log : logRest)[k])), gradient };
  },
  "softmax twice"(s, y, t) {
    const once = softmax(s),
      p = softmax(once);
    const dp = p.map((one, k) => one - y[k]);
    return { p, loss: -logSoftmax(once)[t], gradient: backThroughSoftmax(once, dp) };
  },
};

const SIGMOID = {
  "binary cross-entropy"(s, y) {
    const p = sigmoid(s);
    return { p, loss: binary(s, y), gradient: p.map((one, k) => one - y[k]) };
  },
  "squared error"(s, y) {
    const p = sigmoid(s),
      rest = sigmoid(minus(s)),
      gap = p.map((one, k) => (y[k] ? -rest[k] : one));
    return { p, loss: sum(gap.map((d) => d * d)), gradient: gap.map((d, k) => 2 * d * p[k] * rest[k]) };
  },
  "categorical cross-entropy"(s, y, t) {
    const log = logSigmoid(s),
      logRest = logSigmoid(minus(s)),
      logTotal = logSum(log);
    const gradient = log.map((one, k) => Math.exp(one + logRest[k] - logTotal) - y[k] * Math.exp(logRest[k]));
    return { p: log.map((one) => Math.exp(one - logTotal)), loss: logTotal - log[t], gradient };
  },
  "sigmoid twice"(s, y) {
    const once = sigmoid(s),
      rest = sigmoid(minus(s)),
      p = sigmoid(once);
    return { p, loss: binary(once, y), gradient: p.map((one, k) => (one - y[k]) * once[k] * rest[k]) };
  },
};
const HANDS = { softmax: SOFTMAX, sigmoid: SIGMOID };
/** The loss that belongs to each hand: the first of its table. */
export const matching = (hand) => Object.keys(HANDS[hand])[0];

/** What a hand, "softmax" or "sigmoid", makes of a state: { p, loss, gradient }, the gradient that of the scores. */
export function handOf(state, hand, loss = state[`${hand}_loss`]) {
  const t = truth(state);
  const found = HANDS[hand][loss](
    scaled(state),
    state.scores.map((_, k) => Number(k === t)),
    t,
  );
  return { ...found, gradient: found.gradient.map((one) => one / state.temperature) };
}

// ---- Numbers of few bits ----

/** The nearest float16, of two as near the one whose last bit is 0. */
export function half(value) {
  const size = Math.abs(value);
  if (!(size < 65520)) return size >= 65520 ? Math.sign(value) * Infinity : value; // 65504 is the largest
  const ulp = 2 ** (Math.max(-14, Math.floor(Math.log2(size || 1))) - 10),
    down = Math.floor(size / ulp),
    over = size / ulp - down;
  return Math.sign(value) * ulp * (down + Number(over > 0.5 || (over === 0.5 && down % 2 === 1)));
}
const FORMATS = {
  float16: { round: half, span: 30 },
  float32: { round: Math.fround, span: 130 },
  float64: { round: Number, span: 800 },
};

/** A function as a computer of this precision has it: float16 is computed in float32, as in NumPy. */
const rounding =
  (precision, f) =>
  (...numbers) =>
    FORMATS[precision].round(precision === "float16" ? Math.fround(f(...numbers)) : f(...numbers));

/** The first number of a precision from which exp is infinite, and the last, below 0, at which it is 0. */
export function wallsOf(precision) {
  const { round } = FORMATS[precision],
    exp = rounding(precision, Math.exp);
  const search = (passed) => {
    let low = 0,
      high = 1024;
    while ((low + high) / 2 !== low && (low + high) / 2 !== high) {
      const middle = (low + high) / 2;
      if (passed(round(middle))) high = middle;
      else low = middle;
    }
    return round(high);
  };
  return { overflow: search((z) => exp(z) === Infinity), underflow: -search((z) => exp(-z) === 0) };
}
const WALLS = Object.fromEntries(Object.keys(FORMATS).map((precision) => [precision, wallsOf(precision)]));

/**
 * Softmax and both losses of a state with every step rounded: { z, naive, stable }, each with exp, p, categorical and
 * binary, the losses.
 */
export function inPrecision(state) {
  const { precision } = state,
    as = (f) => rounding(precision, f);
  const t = truth(state),
    z = scaled(state).map(as(Number));
  const [exp, log, log1p] = [Math.exp, Math.log, Math.log1p].map(as),
    add = as((a, b) => a + b),
    less = as((a, b) => a - b),
    over = as((a, b) => a / b);
  const total = (values) => values.reduce(add, 0);
  const powers = z.map((one) => exp(one)),
    p = powers.map((one) => over(one, total(powers)));
  const yes = z.map((one) => over(1, add(1, exp(-one)))),
    cost = yes.map((one, k) => -log(k === t ? one : less(1, one)));
  const naive = { exp: powers, p, categorical: -log(p[t]), binary: total(cost) };
  const most = Math.max(...z),
    down = z.map((one) => less(one, most)),
    small = down.map((one) => exp(one));
  const soft = z.map((one, k) => add(Math.max(k === t ? -one : one, 0), log1p(exp(-Math.abs(one)))));
  const stable = {
    exp: small,
    p: small.map((one) => over(one, total(small))),
    categorical: less(log(total(small)), down[t]),
    binary: total(soft),
  };
  return { z, naive, stable };
}

// ---- Words ----

const percent = (value) => {
  const part = 100 * value;
  const decimals = part > 0 && part < 0.1 ? 3 : 1;
  return part > 0 && part < 0.0005 ? "< 0.001\u00a0%" : `${format(part, decimals)}\u00a0%`;
};
const signed = (value) => (value > 0 ? `+${readable(value)}` : readable(value));
const nameOf = (state) => CLASSES[truth(state)];
const written = (value) =>
  Number.isFinite(value) ? readable(value) : String(value).replace("Infinity", "inf").toLowerCase();

/** The state in two sentences. */
export function sentence(state) {
  const t = truth(state),
    name = nameOf(state),
    [left, right] = ["softmax", "sigmoid"].map((hand) => handOf(state, hand, matching(hand)).p);
  const pushes = ["softmax", "sigmoid"].map(
    (hand) => `${signed(handOf(state, hand).gradient[t])} (${hand}, ${state[`${hand}_loss`]})`,
  );
  return (
    `The true class, ${name}, gets ${percent(left[t])} from softmax, whose probabilities sum to 100\u00a0%, and ` +
    `${percent(right[t])} from sigmoid; these sum to ${percent(sum(right))}. The gradient at its score is ${pushes.join(" and ")}.`
  );
}

/** What a hand's loss does at the true class, beside the loss that belongs there. */
export function noteOf(state, hand) {
  const loss = state[`${hand}_loss`],
    t = truth(state),
    count = state.scores.length,
    right = handOf(state, hand, matching(hand)).gradient[t],
    found = handOf(state, hand);
  if (loss === matching(hand))
    return state.temperature === 1
      ? "The gradient is p \u2212 y, as large as the mistake. A step moves each score against its bar."
      : `The gradient is (p \u2212 y) / ${format(state.temperature)}.`;
  const push = `The gradient at ${nameOf(state)} is ${signed(found.gradient[t])}; p \u2212 y would be ${signed(right)}, as outlined.`;
  const more = {
    softmax: {
      "squared error": "Both p near 0 and p near 1 close the way back through softmax.",
      "binary cross-entropy": "Every class is asked for its probability alone, though softmax has tied them.",
      "softmax twice": `Even perfect scores leave a loss of ln(1 + ${count - 1}/e) = ${format(Math.log(1 + (count - 1) / Math.E), 3)}.`,
    },
    sigmoid: {
      "squared error": "The factor p(1 \u2212 p) closes the way back where p is near 0 or 1.",
      "categorical cross-entropy": `Shown are p over their sum. All scores large give 1/${count} each and nearly no gradient.`,
      "sigmoid twice": "The second sigmoid sees numbers from 0 to 1 and answers 50\u00a0% to 73.1\u00a0%.",
    },
  }[hand][loss];
  return `${push} ${more}`;
}

/** What overflows, and where. */
export function overflowText(state) {
  const { z, naive, stable } = inPrecision(state),
    { overflow, underflow } = WALLS[state.precision];
  const list = (places) => places.map((k) => `${CLASSES[k]} (${format(z[k])})`).join(", ");
  const high = [...z.keys()].filter((k) => naive.exp[k] === Infinity),
    low = [...z.keys()].filter((k) => naive.exp[k] === 0);
  const wall = `In ${state.precision}, exp is infinite from ${format(overflow)} on and 0 from ${format(underflow)} down.`;
  let what = "No score is there: both forms give the same probabilities.";
  if (high.length) what = `${list(high)} overflows: inf/inf is nan, and the other classes get 0.`;
  else if (low.length === z.length) what = "All exponentials are 0, and 0/0 is nan.";
  else if (naive.exp.every(Number.isFinite) && sum(naive.p) === 0) what = "Each is finite, but their sum overflows.";
  else if (low.length) what = `${list(low)} underflows to 0, in the naive form too early.`;
  const losses = ["categorical", "binary"].filter(
    (name) => !Number.isFinite(naive[name]) && Number.isFinite(stable[name]),
  );
  const lost = losses.length ? ` Lost in the naive form alone: ${losses.join(" and ")} cross-entropy.` : "";
  return `${wall} ${what}${lost}`;
}

// ---- The view ----

/** A part of a hand: for each class a bar, of a share or with a sign, its number, and the outline of another bar. */
function bars(title, bySign) {
  const head = h("div", { class: "lg-head" }),
    list = h("div", { class: "lg-rows", role: "list", "aria-label": title }),
    rows = CLASSES.map((name) => {
      const bar = h("i"),
        ghost = h("u"),
        value = h("b");
      const el = h(
        "div",
        { class: "lg-row", role: "listitem" },
        h("span", { class: "lg-name" }, name),
        h("span", { class: `lg-bar${bySign ? " signed" : ""}`, "aria-hidden": "true" }, bar, ghost),
        value,
      );
      return { el, bar, ghost, value };
    });
  const el = h("div", { class: "lg-part" }, head, list);
  const place = (one, value, largest) => {
    const share = clamp(value / largest, -1, 1);
    one.style.left = `${(bySign ? 50 + 50 * Math.min(share, 0) : 0).toFixed(2)}%`;
    one.style.width = `${(Math.abs(share) * (bySign ? 50 : 100)).toFixed(2)}%`;
    one.className = value < 0 ? "neg" : "";
  };
  function draw(values, label, { show, ghosts, largest = 1, text = title }) {
    head.textContent = text;
    while (list.children.length > values.length) list.lastChild.remove();
    while (list.children.length < values.length) list.append(rows[list.children.length].el);
    values.forEach((value, k) => {
      const { el, bar, ghost, value: out } = rows[k];
      el.classList.toggle("true", k === label);
      place(bar, value, largest);
      ghost.hidden = !ghosts;
      if (ghosts) {
        place(ghost, ghosts[k], largest);
      }
      out.textContent = show(value);
    });
  }
  return { el, draw };
}

/** A hand: its loss to choose, its probabilities, its gradient, what there is to say. */
function handView(hand, change) {
  const loss = menu({
    label: "Loss",
    options: Object.keys(HANDS[hand]).map((name) => [name, `${name}${name === matching(hand) ? " \u2713" : ""}`]),
    onInput: (name) => change({ [`${hand}_loss`]: name }),
  });
  const probabilities = bars(`Probabilities by ${hand}`, false),
    gradients = bars(`Gradients by ${hand}`, true),
    foot = h("p", { class: "lg-foot" }),
    note = h("p", { class: "lg-note" }),
    title = h(
      "p",
      { class: "lg-title" },
      hand === "softmax" ? "Softmax: one class of these" : "Sigmoid: each class for itself",
    );
  const told = h("div", { class: "lg-told" }, foot, note);
  const el = h(
    "div",
    { class: "xp-panel lg-hand" },
    title,
    loss.el,
    h("div", { class: "lg-parts" }, probabilities.el, gradients.el),
    told,
  );
  function draw(state) {
    const chosen = state[`${hand}_loss`],
      { p, loss: cost, gradient } = handOf(state, hand),
      wrong = chosen !== matching(hand),
      right = wrong ? handOf(state, hand, matching(hand)).gradient : null;
    const largest = Math.max(1 / state.temperature, ...gradient.map(Math.abs));
    loss.set(chosen);
    probabilities.draw(p, truth(state), { show: percent, text: `p, sum ${percent(sum(p))}` });
    const text = `dL/dz, from \u2212${format(largest)} to ${format(largest)}`;
    gradients.draw(gradient, truth(state), { show: signed, ghosts: right, largest, text });
    foot.replaceChildren("Loss ", h("b", {}, readable(cost)));
    note.textContent = noteOf(state, hand);
    el.classList.toggle("wrong", wrong);
  }
  return { el, draw, probabilities: probabilities.el, gradients: gradients.el, told };
}

/** The scores on a line between the walls where exp becomes 0 and infinite. */
function wallView() {
  const low = h("i", { class: "lg-zone low" }, h("span", {}, "exp = 0")),
    high = h("i", { class: "lg-zone high" }, h("span", {}, "exp = inf")),
    dots = CLASSES.map((name, k) =>
      h("i", { class: "lg-dot", style: `top:${0.9 * k + 0.15}rem` }, name[0].toUpperCase()),
    ),
    ticks = [-1, -0.5, 0, 0.5, 1].map((share) => h("span", { class: "lg-tick", style: `left:${50 + 50 * share}%` }));
  const el = h("div", { class: "lg-wall", "aria-hidden": "true" }, low, high, dots, ticks);
  function draw({ precision }, z) {
    const { span } = FORMATS[precision],
      { overflow, underflow } = WALLS[precision],
      at = (value) => 50 + (50 * clamp(value, -span, span)) / span;
    low.style.width = `${at(underflow)}%`;
    high.style.left = `${at(overflow)}%`;
    dots.forEach((dot, k) => {
      dot.hidden = k >= z.length;
      if (k < z.length) dot.style.left = `${at(z[k])}%`;
    });
    ticks.forEach((tick, n) => {
      tick.textContent = format((n / 2 - 1) * span);
    });
  }
  return { el, draw };
}

/** The table of the naive and the stable form. */
function precisionTable() {
  const body = h("tbody"),
    head = ["", "z\u2032", "exp(z\u2032)", "naive p", "exp(z\u2032\u2212m)", "stable p"];
  const el = h(
    "table",
    { class: "lg-table", "aria-label": "Naive and stable form" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head.map((text) => h(text ? "th" : "td", text ? { scope: "col" } : {}, text)),
      ),
    ),
    body,
  );
  const cell = (value, span) =>
    h("td", { class: Number.isFinite(value) ? "" : "lg-lost", colspan: span }, written(value));
  function draw({ z, naive, stable }) {
    const rows = z.map((one, k) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, CLASSES[k]),
        [one, naive.exp[k], naive.p[k], stable.exp[k], stable.p[k]].map((value) => cell(value)),
      ),
    );
    const losses = ["categorical", "binary"].map((name) =>
      h(
        "tr",
        { class: "lg-loss" },
        h("th", { scope: "row", colspan: 2 }, `${name} cross-entropy`),
        cell(naive[name], 2),
        cell(stable[name], 2),
      ),
    );
    body.replaceChildren(...rows, ...losses);
  }
  return { el, draw };
}

/** What a link may set, as Python has it. */
export const CHECKS = {
  scores: (value) =>
    Array.isArray(value) && whole(value.length, 3, 5) && value.every((one) => number(one) && Math.abs(one) <= LARGEST),
  shift: (value) => number(value) && Math.abs(value) <= 120,
  temperature: (value) => number(value) && value >= 0.1 && value <= 10,
  label: (value) => whole(value, 0, 4),
  softmax_loss: oneOf(...Object.keys(SOFTMAX)),
  sigmoid_loss: oneOf(...Object.keys(SIGMOID)),
  precision: oneOf(...Object.keys(FORMATS)),
};

const PLAIN = {
  scores: [2, 1, -1],
  shift: 0,
  temperature: 1,
  label: 0,
  softmax_loss: matching("softmax"),
  sigmoid_loss: matching("sigmoid"),
  precision: "float32",
};
const MISTAKE = { ...PLAIN, scores: [-4, 4, 0] };
const TOURS = {
  pairs: [
    [{ ...PLAIN, shift: 3 }, "3 is added to every score. Softmax has not moved; every sigmoid has."],
    [{ ...PLAIN, temperature: 4 }, "Temperature 4: softmax comes near to equal shares, and sigmoids near to 50 %."],
    [
      MISTAKE,
      "A confident mistake: the cat is taken for a dog. Cross-entropy's gradient is nearly \u22121 at the cat and 1 at the dog.",
    ],
    [
      { ...MISTAKE, softmax_loss: "squared error", sigmoid_loss: "squared error" },
      "The same mistake under squared error: the loss is large, and nearly no gradient is left to mend it.",
    ],
    [
      { ...MISTAKE, softmax_loss: "softmax twice", sigmoid_loss: "sigmoid twice" },
      "A second softmax, or sigmoid, flattens the answer, and again the gradient all but vanishes.",
    ],
    [
      { ...PLAIN, scores: [11.5, 10, -1], precision: "float16" },
      "In float16 the score 11.5 is past the wall: exp is inf, the naive softmax nan. With the largest score taken off first nothing is lost.",
    ],
  ],
};

function render({ model, el }) {
  const change = (values) => put(model, values),
    stateOf = () => {
      const state = traitsOf(model, STATE);
      return { ...state, label: truth(state) };
    };
  const count = counter({
    label: "Classes",
    min: 3,
    max: 5,
    value: 3,
    onInput(classes) {
      const { scores, label } = stateOf();
      change({ scores: [...scores, 0, 0].slice(0, classes), label: Math.min(label, classes - 1) });
    },
  });
  const shift = slider({
    label: "Add to all",
    min: -120,
    max: 120,
    step: 0.5,
    value: 0,
    onInput: (value) => change({ shift: value }),
  });
  const asTemperature = (place) => Number((10 ** place).toPrecision(2));
  const temperature = slider({
    label: "Temperature",
    min: -1,
    max: 1,
    step: 0.05,
    value: 0,
    show: (place) => format(10 ** place),
    onInput: (place) => change({ temperature: asTemperature(place) }),
  });
  const label = choice({
    label: "True class",
    options: CLASSES.map((name, k) => [k, name]),
    value: 0,
    onInput: (value) => change({ label: value }),
  });
  const sliders = CLASSES.map((name, k) =>
    slider({
      label: name,
      min: -LARGEST,
      max: LARGEST,
      step: 0.1,
      value: 0,
      onInput: (value) => change({ scores: stateOf().scores.map((old, j) => (j === k ? value : old)) }),
    }),
  );
  const scores = h(
    "div",
    { class: "xp-panel lg-scores", role: "group", "aria-label": "Scores z" },
    h("p", { class: "lg-title" }, "Scores z"),
    sliders.map((one) => one.el),
  );
  const left = handView("softmax", change),
    right = handView("sigmoid", change);
  const precision = choice({
    label: "Computed in",
    options: Object.keys(FORMATS).map((name) => [name, name]),
    value: "float32",
    onInput: (value) => change({ precision: value }),
  });
  const wall = wallView(),
    table = precisionTable(),
    overflow = h("p", { class: "lg-note" }),
    heard = voice(null), // within what a guess covers: the page's own sentence would give it away
    corner = h("div", { class: "lg-corner" }, h("div", {}, wall.el, overflow, heard.el), table.el);
  const said = status();

  root(el, "Two hands on the logits", "Move a score: softmax and sigmoid read the same ones.").append(
    h("div", { class: "xp-row" }, count.el, label.el, shift.el, temperature.el),
    h("div", { class: "lg-bench" }, scores, left.el, right.el),
    said.el,
    h(
      "div",
      { class: "xp-panel lg-last" },
      h(
        "p",
        { class: "lg-title" },
        "As a computer has it: z\u2032 = (z + what is added) / temperature, and m is the largest z\u2032",
      ),
      precision.el,
      corner,
    ),
  );

  function draw() {
    const state = stateOf(),
      { scores: now } = state;
    count.set(now.length);
    shift.set(state.shift);
    temperature.set(Math.log10(state.temperature));
    label.set(state.label);
    [...label.el.querySelectorAll("label")].forEach((one, k) => {
      one.hidden = k >= now.length;
    });
    sliders.forEach((one, k) => {
      one.el.hidden = k >= now.length;
      if (k < now.length) one.set(now[k]);
    });
    left.draw(state);
    right.draw(state);
    precision.set(state.precision);
    const rounded = inPrecision(state);
    wall.draw(state, rounded.z);
    table.draw(rounded);
    overflow.textContent = overflowText(state);
    said.say(sentence(state));
    heard.say(overflow.textContent);
  }
  const unfollow = follow(model, STATE, draw);
  const unteach = lesson({
    model,
    el,
    traits: STATE,
    checks: CHECKS,
    tours: TOURS,
    guesses: {
      shifted: {
        question: () => {
          const state = stateOf(),
            before = handOf({ ...state, shift: 0 }, "softmax", matching("softmax")).p[state.label];
          return (
            `As they are, the scores give ${nameOf(state)} ${percent(before)} by softmax. Now ${format(state.shift)} is ` +
            `added to all of them. What does softmax give ${nameOf(state)}?`
          );
        },
        unit: "%",
        min: 0,
        max: 100,
        answer: () => {
          const state = stateOf();
          return 100 * handOf(state, "softmax", matching("softmax")).p[state.label];
        },
        cover: [left.probabilities, left.gradients, left.told, said.el, corner],
      },
      push: {
        question: () => {
          const state = stateOf(),
            { p } = handOf(state, "softmax", matching("softmax"));
          return (
            `Softmax gives the true class, ${nameOf(state)}, ${percent(p[state.label])}. Cross-entropy's gradient at its score is ` +
            `${signed(handOf(state, "softmax", matching("softmax")).gradient[state.label])}. What is it with ${state.softmax_loss}?`
          );
        },
        decimals: 4,
        answer: () => {
          const state = stateOf();
          return handOf(state, "softmax").gradient[state.label];
        },
        cover: [left.gradients, left.told, said.el],
      },
      overflow: {
        question: () => `From which score on is its exponential infinite in ${model.get("precision")}?`,
        decimals: 2,
        answer: () => WALLS[model.get("precision")].overflow,
        cover: [corner],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    said.stop();
    heard.stop();
  };
}

export default { render };
