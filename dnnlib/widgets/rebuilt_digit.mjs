// A digit in parts: the mean plus so many principal components, each times its coordinate, and the error that is left.

import { onTheme } from "./shared/canvas.mjs";
import { chart } from "./shared/chart.mjs";
import { FEATURES, MOST, greyDigit, greyDigits } from "./shared/digits.mjs";
import { digitMoments } from "./shared/digit_moments.mjs";
import { SIDE, counted, fitted, packBits, unpackBits } from "./shared/drawing.mjs";
import { lesson } from "./shared/lesson.mjs";
import { dot, symmetricEigen, upright } from "./shared/linear_algebra.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { multiples, paint, themed } from "./shared/picture.mjs";
import { sheet, sheetColours } from "./shared/sheet.mjs";
import { button, choice, figure, follow, format, h, inFrame, many, percent, put } from "./shared/ui.mjs";
import { remembered, root, slider, status, stepTo, toggle, traitsOf, voice } from "./shared/ui.mjs";

const WIDTH = 8; // pixels of a digit's row

// ---- The axes, once a page ----

let found;
/** Mean, axes as rows by decreasing variance, and variances of all 1,797 digits: { count, mean, components, variances }. */
export function axes() {
  if (found) return found;
  const { count, mean, covariance } = digitMoments(),
    rows = Array.from(mean, (_, i) => covariance.subarray(i * FEATURES, (i + 1) * FEATURES)),
    { values, vectors } = symmetricEigen(rows);
  found = {
    count,
    mean: mean.map((value) => value / MOST),
    components: vectors.map(upright),
    variances: values.map((value) => Math.max(value, 0) / MOST ** 2),
  };
  return found;
}

/** The errors' mean over all digits, with 0, 1, ... components: the variances along the axes that are left out. */
export function meanErrors() {
  const { count, variances } = axes();
  return leftOver(variances.map((variance) => (variance * (count - 1)) / count));
}

/** From what each component takes away to what is left with 0, 1, ... of them. */
function leftOver(taken) {
  const left = new Array(taken.length + 1).fill(0);
  for (let k = taken.length; k--; ) left[k] = left[k + 1] + taken[k];
  return left;
}

const coordinatesOf = (x) => {
  const { mean, components } = axes(),
    away = Array.from(x, (value, i) => value - mean[i]);
  return components.map((axis) => dot(axis, away));
};

let errors;
/** Of the 300 digits' errors with 0, 1, ... components the least and the largest of the middle 80 %: { low, high }. */
export function usualErrors() {
  if (errors) return errors;
  const { labels } = greyDigits(),
    each = labels.map((_, place) => leftOver(coordinatesOf(greyDigit(place)).map((z) => z * z))),
    sorted = Array.from({ length: FEATURES + 1 }, (_, k) => each.map((one) => one[k]).sort((a, b) => a - b)),
    at = (share) => sorted.map((column) => column[Math.round(share * (column.length - 1))]);
  errors = { sorted, low: at(0.1), high: at(0.9) };
  return errors;
}

// ---- The digit ----

const bitsOf = (text) => unpackBits(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
const textOf = (bitmap) => btoa(String.fromCharCode(...packBits(bitmap)));
const EMPTY = textOf(new Uint8Array(SIDE * SIDE));

/** The digit's 64 numbers of 0 to 1: one of the 300, or the drawing, counted. */
export function digitOf({ digit, drawing, fit }) {
  if (digit >= 0) return Array.from(greyDigit(digit));
  const bitmap = bitsOf(drawing);
  return counted(fit ? fitted(bitmap) : bitmap).map((value) => value / MOST);
}

/**
 * The digit rebuilt: { x, coordinates, rebuilt, missing (x less rebuilt), errors, measured }. errors are what 0, 1, ...
 * components leave, from the coordinates; measured is the error of this many, pixel by pixel.
 */
export function rebuiltOf(state) {
  const { mean, components } = axes(),
    x = digitOf(state),
    coordinates = coordinatesOf(x),
    rebuilt = Array.from(mean);
  for (let k = 0; k < state.components; k++)
    for (let i = 0; i < FEATURES; i++) rebuilt[i] += coordinates[k] * components[k][i];
  const missing = x.map((value, i) => value - rebuilt[i]);
  return {
    x,
    coordinates,
    rebuilt,
    missing,
    errors: leftOver(coordinates.map((z) => z * z)),
    measured: dot(missing, missing),
  };
}

// ---- The guesses ----

/** How many components leave less than a tenth of the squared distance from the mean; NaN where there is none. */
export function componentsNeeded(state) {
  const { errors } = rebuiltOf(state);
  return errors[0] > 0 ? errors.findIndex((error) => error < errors[0] / 10) : NaN;
}

/** The squared error with one component more; NaN where there is none. */
export function nextError(state) {
  const next = state.components + 1;
  return next > FEATURES ? NaN : rebuiltOf({ ...state, components: next }).measured;
}

/** The share of the squared distance from the mean that the components keep, in %. */
export function kept(state) {
  const { errors } = rebuiltOf(state);
  return 100 * (1 - errors[state.components] / errors[0]);
}

// ---- Words ----

const nameOf = ({ digit }) => (digit < 0 ? "The drawing" : `This ${greyDigits().labels[digit]}`);
/** The state in a few sentences. */
export function sentence(state, { errors, measured }) {
  const left = FEATURES - state.components,
    error = errors[state.components],
    worse = usualErrors().sorted[state.components].filter((one) => one < error).length,
    share = error / errors[0],
    // Rounding decides at the end, where every error is nothing
    place =
      left > 3 ? ` ${percent(worse / greyDigits().labels.length, 0)} of the digits are rebuilt more closely.` : "",
    sum = left
      ? `the ${left === 1 ? "one coordinate left out has the square" : `${left} coordinates left out have squares that sum to`} ${format(error)}`
      : "no coordinate is left out";
  return `${nameOf(state)} from the mean and ${many(state.components, "component")}: squared error ${format(measured)} pixel by pixel; ${sum}. That is ${percent(share)} of its squared distance from the mean.${place}`;
}

/** What there is to say of one component. */
export function axisSentence({ axis, components }, { coordinates }) {
  const { variances } = axes(),
    share = variances[axis - 1] / variances.reduce((sum, value) => sum + value, 0),
    z = coordinates[axis - 1];
  return `Component ${axis}, ${axis <= components ? "in use" : "left out"}: coordinate ${format(z)}, so it takes ${format(z * z, 3)} from the squared error. Over all digits it holds ${percent(share)} of the variance.`;
}

// ---- The view ----

/** What a link may set, as Python has it. */
export const CHECKS = {
  digit: (value) => whole(value, -1, 299),
  drawing: (value) => typeof value === "string" && /^[\w+/]{171}=$/.test(value) && textOf(bitsOf(value)) === value,
  fit: flag,
  components: (value) => whole(value, 0, FEATURES),
  axis: (value) => whole(value, 1, FEATURES),
  view: oneOf("parts", "axes"),
};
const TRAITS = Object.keys(CHECKS);

/** A drawing that is no digit: a cross from corner to corner in a frame. */
const FRAMED = textOf(
  Uint8Array.from({ length: SIDE * SIDE }, (_, k) => {
    const [i, j] = [Math.floor(k / SIDE), k % SIDE],
      edge = Math.min(i, j, SIDE - 1 - i, SIDE - 1 - j);
    return Number(edge < 3 || Math.abs(i - j) < 2 || Math.abs(i + j - SIDE + 1) < 2);
  }),
);
const PLAIN = { digit: 3, drawing: EMPTY, fit: true, view: "parts", axis: 1 };
const TOURS = {
  parts: [
    [
      { ...PLAIN, components: 0 },
      "Without a component there is only the mean of all digits, a grey ring. What this 3 lacks is drawn beside it, too much in orange, too little in blue.",
    ],
    [
      { ...PLAIN, components: 3, axis: 3 },
      "Three numbers already take half of the error away. Each component is added as many times as its coordinate says, and takes the square of that coordinate from the error.",
    ],
    [
      { ...PLAIN, components: 20, axis: 20, view: "axes" },
      "Twenty of 64 numbers, and the 3 can be read. The axes begin with broad patches and end with single pixels at the edge, which hardly any digit inks.",
    ],
    [
      { ...PLAIN, digit: -1, drawing: FRAMED, fit: false, components: 20, axis: 1 },
      "A crossed frame is no digit. Twenty components leave most of it, and more than of any of the 300 digits: the axes point where digits differ from each other. Now draw a digit, or something else.",
    ],
  ],
};

/** The 64 components as pictures, one tab stop; onPick(axis) is told which one is looked at. */
function strip(onPick) {
  const parts = Array.from({ length: FEATURES }, (_, k) => {
    const canvas = h("canvas", { class: "xp-picture", width: WIDTH, height: WIDTH, "aria-hidden": "true" }),
      caption = h("span", { class: "xp-caption", "aria-hidden": "true" });
    const el = h(
      "span",
      { class: "rd-part", role: "radio", tabindex: -1, onclick: () => onPick(k + 1) },
      canvas,
      caption,
    );
    return { context: canvas.getContext("2d"), caption, el };
  });
  const el = h(
      "div",
      { class: "rd-strip", role: "radiogroup", "aria-label": "Components", onkeydown: keydown },
      parts.map((part) => part.el),
    ),
    data = new ImageData(WIDTH, WIDTH),
    pixels = new Uint32Array(data.data.buffer);
  let painted, table; // what the pictures show, and their colours, made anew for another theme
  /** Paints what each component adds, in one scale, or the axes, each in its own. */
  function paintAll(view, coordinates) {
    table ??= themed(el);
    const most = Math.max(1e-9, ...coordinates.map(Math.abs)) / 5; // stronger parts of a pixel have one colour
    parts.forEach(({ context }, k) => {
      const axis = axes().components[k],
        scale = view === "axes" ? Math.max(...axis.map(Math.abs)) : most / Math.max(1e-12, Math.abs(coordinates[k]));
      const turned = view === "axes" || coordinates[k] >= 0 ? axis : axis.map((value) => -value);
      paint(pixels, [turned], { table, scale });
      context.putImageData(data, 0, 0);
    });
  }
  function keydown(event) {
    const at = parts.findIndex((part) => part.el === document.activeElement),
      to = stepTo(event, at, FEATURES);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onPick(to + 1);
    parts[to].el.focus();
  }
  function draw({ components, axis, view }, { x, coordinates }) {
    const look = String([view, view === "axes" ? "" : x]);
    if (look !== painted || !table) paintAll(view, coordinates);
    painted = look;
    parts.forEach(({ el: part, caption }, k) => {
      const text = format(coordinates[k]),
        chosen = k + 1 === axis;
      if (caption.textContent !== text) {
        caption.textContent = text;
        part.setAttribute("aria-label", `component ${k + 1}, coordinate ${text}`);
      }
      part.classList.toggle("out", k >= components);
      part.setAttribute("aria-checked", chosen);
      part.tabIndex = chosen ? 0 : -1;
    });
  }
  return {
    el,
    draw,
    recolour: () => {
      table = null;
    },
  };
}

const gray = (values, caption) => ({ values, height: WIDTH, width: WIDTH, low: 0, high: 1, caption });

/** The digit, what is rebuilt of it and what is missing, beside each other. */
function pictures() {
  const all = multiples({ label: "The digit, rebuilt, and what is missing", size: 96, alike: false });
  function draw({ components }, { x, rebuilt, missing }) {
    all.show([
      gray(x, "the digit"),
      gray(rebuilt, components ? `rebuilt, ${components} of 64` : "the mean alone"),
      { ...gray(missing, "what is missing"), signed: true },
    ]);
  }
  return { el: all.el, draw, stop: all.stop };
}

/** What one component means: the mean, and two standard deviations along it either way. */
function meaning() {
  const all = multiples({ label: "Along the component", size: 64, alike: false }),
    text = h("p", { class: "rd-axis" });
  function draw(state, rebuilt) {
    const { mean, components, variances } = axes(),
      k = state.axis - 1,
      along = (by) => mean.map((value, i) => value + by * Math.sqrt(variances[k]) * components[k][i]);
    all.show([gray(along(-2), "mean \u2212 2 sd"), gray(mean, "mean"), gray(along(2), "mean + 2 sd")]);
    text.textContent = axisSentence(state, rebuilt);
  }
  return { el: h("div", { class: "rd-meaning" }, all.el, text), draw, stop: all.stop };
}

/** The sheet to draw on, over the traits. */
function paper(model, el, aside) {
  const current = () => bitsOf(model.get("drawing"));
  let colours;
  const frame = inFrame(() => one.show(model.get("digit") < 0 ? current() : bitsOf(EMPTY), colours));
  const one = sheet({
    onSay: aside.say,
    onLook: frame.soon,
    onDone: () => model.save_changes(),
    onClear: () => put(model, { drawing: EMPTY, digit: -1 }),
    onInk(change, start) {
      const base = start && model.get("digit") >= 0 ? new Uint8Array(SIDE * SIDE) : current();
      model.set("drawing", textOf(change(base, 1)));
      model.set("digit", -1);
    },
  });
  function recolour() {
    colours = sheetColours(el);
    frame.soon();
  }
  return { el: one.el, recolour, draw: frame.soon, stop: frame.stop };
}

function controlsOf(model) {
  const change = (values) => put(model, values);
  const next = () => {
    const { digit } = traitsOf(model, ["digit"]);
    if (digit >= 0) change({ digit: (digit + 10) % 300 });
  };
  const parts = {
    components: slider({
      label: "Components added to the mean",
      min: 0,
      max: FEATURES,
      value: 0,
      onInput: (components) => change({ components, axis: Math.max(1, components) }),
    }),
    view: choice({
      label: "Their pictures show",
      options: [
        ["parts", "what each adds"],
        ["axes", "the axes"],
      ],
      value: "parts",
      onInput: (view) => change({ view }),
    }),
    fit: toggle({ label: "centre and scale", onInput: (fit) => change({ fit }) }),
  };
  const label = choice({
    label: "Digit",
    options: Array.from({ length: 10 }, (_, k) => [k, String(k)]),
    value: -1,
    onInput: (digit) => change({ digit }),
  });
  const another = button("Another one", next),
    clear = button("Clear the sheet", () => change({ drawing: EMPTY, digit: -1 }));
  function draw(state) {
    for (const [name, part] of Object.entries(parts)) part.set(state[name]);
    label.set(state.digit < 0 ? -1 : state.digit % 10);
    another.setAttribute("aria-disabled", state.digit < 0);
  }
  return {
    top: h("div", { class: "xp-row rd-row" }, label.el, another),
    beneath: [parts.fit.el, clear], // always there: what came and went above the sheet would move it under the pen
    amount: parts.components.el,
    view: parts.view.el,
    draw,
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    compute = remembered(["digit", "drawing", "fit", "components"], rebuiltOf);
  const aside = voice(),
    said = status();
  root(
    el,
    "A digit in parts",
    "Move the slider: each step adds one more component to the mean. Choose another digit, or draw one of your own.",
  );
  const controls = controlsOf(model),
    draws = paper(model, el, aside),
    shown = pictures(),
    along = meaning(),
    parts = strip((axis) => put(model, { axis })),
    curve = chart({ height: 210 });
  said.el.classList.add("rd-said");
  const curveFigure = figure([h("b", {}, "Squared error"), " against the number of components"], curve.el);
  const stripFigure = figure(
    [h("b", {}, "The components"), " with this digit\u2019s coordinates; those left out are pale"],
    controls.view,
    parts.el,
  );
  el.append(
    controls.top,
    h(
      "div",
      { class: "rd-stage" },
      h("div", { class: "rd-paper" }, draws.el, controls.beneath),
      h("div", { class: "rd-middle" }, shown.el, controls.amount, along.el),
      curveFigure,
    ),
    said.el,
    stripFigure,
    aside.el,
  );

  function drawCurve(state, { errors }) {
    const { low, high } = usualErrors(),
      mean = meanErrors();
    curve.draw({
      label: "Squared error against the number of components",
      x: { label: "components", domain: [0, FEATURES] },
      y: { label: "squared error", domain: [0, Math.max(high[0], errors[0])] },
      legend: true,
      marks: [
        { kind: "line", name: "all digits, middle 80\u00a0%", y: mean, low, high, style: 1 },
        { kind: "line", name: state.digit < 0 ? "the drawing" : "this digit", y: errors, style: 0 },
        { kind: "points", name: "now", x: [state.components], y: [errors[state.components]], style: 0, quiet: true },
      ],
    });
  }
  function draw() {
    const state = stateOf(),
      rebuilt = compute(state);
    controls.draw(state);
    draws.draw();
    shown.draw(state, rebuilt);
    parts.draw(state, rebuilt);
    along.draw(state, rebuilt);
    drawCurve(state, rebuilt);
    said.say(sentence(state, rebuilt));
  }
  draws.recolour();
  const stops = [
    follow(model, TRAITS, draw),
    onTheme(() => {
      draws.recolour();
      parts.recolour();
      draw();
    }),
  ];
  const which = () => nameOf(stateOf()).toLowerCase();
  stops.push(
    lesson({
      model,
      el,
      traits: TRAITS,
      tours: TOURS,
      checks: CHECKS,
      guesses: {
        components_needed: {
          question: () =>
            `Of its 64 coordinates, how many are needed until ${which()} keeps more than 90\u00a0% of its squared distance from the mean?`,
          min: 0,
          max: FEATURES,
          answer: () => componentsNeeded(stateOf()),
          because: "There the curve passes a tenth of its height.",
          cover: [curveFigure, said.el, stripFigure, along.el],
        },
        next_error: {
          question: () => {
            const state = stateOf(),
              { errors, coordinates } = compute(state),
              next = state.components;
            return next === FEATURES
              ? "All components are in use: take fewer."
              : `With ${many(next, "component")} the squared error is ${format(errors[next], 3)}; the next coordinate is ${format(coordinates[next], 3)}. What will the squared error be with one component more?`;
          },
          answer: () => nextError(stateOf()),
          because: "The square of the coordinate goes, whatever the axis looks like.",
          cover: [curveFigure, said.el, along.el],
        },
        kept: {
          question: () =>
            `${many(stateOf().components, "component")} of 64: which share of its squared distance from the mean does ${which()} keep?`,
          unit: "%",
          min: 0,
          max: 100,
          answer: () => kept(stateOf()),
          cover: [curveFigure, said.el, along.el],
        },
      },
    }),
  );
  return () => {
    for (const { stop } of [draws, shown, along, curve, said, aside]) stop();
    for (const stop of stops) stop();
  };
}

export default { render };
