// Gradient through time: two units with a recurrent kernel of chosen eigenvalues, unrolled, and what backpropagation finds.

import { chart } from "./shared/chart.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { arrowOf, draggable } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { tensor } from "./shared/network.mjs";
import { generator } from "./shared/random.mjs";
import { SimpleRNN } from "./shared/recurrent.mjs";
import { button, choice, clamp, figure, follow, format, h, many, menu, put } from "./shared/ui.mjs";
import { percent, root, slider, status, svg, traitsOf } from "./shared/ui.mjs";

const MOST = 1.5, // the largest modulus
  START = [1, 0], // the state before the first step
  READ = [0.6, 0.8], // the output y = h v reads the last state: the derivative of a loss by y scales all that is shown
  FLOOR = 1e-12, // charts end here
  EXTREME = 100, // a gradient that changes by more than this factor vanishes or explodes
  CLIPS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

// ---- The network ----

/** The two eigenvalues as [real, imaginary] each. */
export function eigenvaluesOf({ eigenvalues, modulus, angle, second }) {
  if (eigenvalues === "real")
    return [
      [angle < 90 ? modulus : -modulus, 0],
      [second, 0],
    ];
  const turn = (angle * Math.PI) / 180,
    [re, im] = [modulus * Math.cos(turn), modulus * Math.sin(turn)];
  return [
    [re, im],
    [re, -im],
  ];
}

/** The largest modulus of an eigenvalue: the spectral radius. */
export const radiusOf = (state) => Math.max(...eigenvaluesOf(state).map(([re, im]) => Math.hypot(re, im)));

/**
 * The recurrent kernel row by row: a turn (or a diagonal) of these eigenvalues, seen through the shear S = [[1, s], [0, 1]],
 * u = S A S^-1, which leaves the eigenvalues as they are and bends the eigenvectors towards each other.
 */
export function matrixOf(state) {
  const [[a, b], [d, c]] = eigenvaluesOf(state), // A = [[a, b], [c, d]]
    s = state.shear;
  return [a + s * c, b + s * (d - a) - s * s * c, c, d - s * c];
}

/** The most by which a 2 × 2 matrix makes a vector longer: its largest singular value. */
export function largestSingular([a, b, c, d]) {
  return (Math.hypot(a + d, b - c) + Math.hypot(a - d, b + c)) / 2;
}

/** Random inputs of a size, two numbers a step. */
export function inputsOf({ length, inputs, seed }) {
  const { normal } = generator(seed);
  return Array.from({ length: 2 * length }, () => inputs * normal());
}

/**
 * Runs the network forward and back. Returns { states, grads, parts, full, truncated }: h_0 to h_T; of each the gradient of y;
 * what each step gives to the gradient of the recurrent kernel; that gradient as a whole, and with a window.
 */
export function through(state) {
  const { length, window, activation } = state,
    layer = new SimpleRNN({ units: 2, activation, use_bias: false });
  layer.build([1, length, 2]);
  layer.setWeights([[1, 0, 0, 1], matrixOf(state)]);
  layer.forward(tensor(inputsOf(state), [1, length, 2]), { initial_state: [START] });
  const gradient = (from) => {
    layer.backward(tensor(READ, [1, 2]), { from });
    return Array.from(layer.grads[1].data);
  };
  const truncated = gradient(Math.max(0, length - window)),
    full = gradient(0);
  return {
    states: [START, ...layer.steps.map(({ after: [state] }) => Array.from(state))],
    grads: layer.stateGrads.map(([grad]) => Array.from(grad)),
    parts: layer.parts.map((part) => Array.from(part)),
    full,
    truncated,
  };
}

// ---- What is read of it ----

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
export const normOf = (a) => Math.hypot(...a);

/** The angle between two vectors in degrees, exact also of small ones; NaN of a zero. */
export function angleBetween(a, b) {
  const [m, n] = [normOf(a), normOf(b)];
  if (!m || !n) return NaN;
  const units = a.map((value, i) => [value / m, b[i] / n]);
  const [apart, along] = [-1, 1].map((sign) => normOf(units.map(([p, q]) => p + sign * q)));
  return (2 * Math.atan2(apart, along) * 180) / Math.PI;
}

/** Keras's clipnorm and clipvalue of one gradient. */
export const clippedByNorm = (g, most) => g.map((value) => value * Math.min(1, most / (normOf(g) || 1)));
export const clippedByValue = (g, most) => g.map((value) => clamp(value, -most, most));

/**
 * { norms, predicted, shares, cut, angle }: of each state the norm of the gradient, and the spectral radius to the power of the
 * distance; of each step its share of the whole gradient, along its direction, so that they add up to 1; the share that
 * the window cuts off; the angle between what is left and the whole.
 */
export function measures(state, { grads, parts, full, truncated } = through(state)) {
  const { length } = state,
    radius = radiusOf(state),
    square = dot(full, full);
  return {
    norms: grads.map(normOf),
    predicted: grads.map((_, t) => radius ** (length - t)),
    shares: parts.map((part) => dot(part, full) / square),
    cut: 1 - dot(truncated, full) / square,
    angle: angleBetween(truncated, full),
  };
}

// ---- The guesses ----

/** By which power of ten the gradient's norm changes from the last state to the first; NaN where nothing is left. */
export function powerBack(state) {
  const power = Math.log10(measures(state).norms[0]);
  return Number.isFinite(power) ? power : NaN;
}

/** How many steps back the gradient's norm is below a hundredth for the first time; NaN where it never is. */
export function stepsToHundredth(state) {
  const { norms } = measures(state),
    steps = norms.reverse().findIndex((norm) => norm < 1 / EXTREME);
  return steps < 0 ? NaN : steps;
}

/** What the window cuts off, in % of the whole gradient. */
export const cutOff = (state) => 100 * measures(state).cut;

/** How far, in degrees, the window turns the gradient. */
export const turned = (state) => measures(state).angle;

// ---- Words ----

function eigenText({ eigenvalues, modulus, angle, second }) {
  if (eigenvalues === "pair")
    return `Eigenvalues of modulus ${format(modulus)} at ${angle % 180 ? "\u00b1" : ""}${angle}\u00b0`;
  const [[first]] = eigenvaluesOf({ eigenvalues, modulus, angle, second });
  return `Eigenvalues ${format(first)} and ${format(second)}`;
}

function fate(norms) {
  const back = [...norms].reverse(),
    last = back.at(-1);
  if (last < 1 / EXTREME) {
    const at = back.findIndex((norm) => norm < 1 / EXTREME);
    return `it vanishes, below a hundredth ${many(at, "step")} back`;
  }
  if (last > EXTREME) {
    const at = back.findIndex((norm) => norm > EXTREME);
    return `it explodes, above the hundredfold ${many(at, "step")} back`;
  }
  return `it stays within a factor of ${EXTREME}`;
}

/** The state in a few sentences. */
export function sentence(state, { norms, predicted, cut, angle }) {
  const { length, window } = state,
    [last] = norms,
    each = last ? `, a factor of ${readable(last ** (1 / length))} a step` : "";
  const way = `${eigenText(state)}: ${many(length, "step")} back, the gradient\u2019s norm has gone from 1 to ${readable(last)}${each} (predicted ${readable(predicted[0])}): ${fate(norms)}.`;
  if (Number.isNaN(cut)) return `${way} The recurrent kernel gets no gradient at all.`;
  if (window >= length) return `${way} The window holds all steps: nothing is cut off.`;
  return `${way} ${cutText(window, cut)}, ${Number.isNaN(angle) ? "and leaves nothing" : `and what is left points ${format(angle, 1)}\u00b0 away from the whole`}.`;
}

/** What a window cuts off; steps that pull the other way can make what is left longer than the whole. */
function cutText(window, cut) {
  const steps = `A window of ${many(window, "step")}`,
    whole = "of the recurrent kernel\u2019s gradient";
  if (Math.abs(cut) < 0.0005) return `${steps} cuts off less than 0.1\u00a0% ${whole}`;
  if (cut < 0) return `${steps} leaves out what pulls the other way, \u2212${percent(-cut)} ${whole}`;
  return `${steps} cuts off ${percent(cut)} ${whole}`;
}

// ---- The view ----

const within = (low, high) => (value) => number(value) && value >= low && value <= high;
/** What a link may set, as Python has it. */
export const CHECKS = {
  eigenvalues: oneOf("pair", "real"),
  modulus: within(0, MOST),
  angle: (value) => whole(value, 0, 180),
  second: within(-MOST, MOST),
  shear: within(0, 3),
  length: (value) => whole(value, 2, 60),
  activation: oneOf("linear", "tanh", "relu"),
  window: (value) => whole(value, 1, 60),
  inputs: within(0, 2),
  clip: oneOf(...CLIPS),
  seed: (value) => whole(value, 0, 9999),
};
const TRAITS = Object.keys(CHECKS);

const PLAIN = {
  eigenvalues: "pair",
  modulus: 0.9,
  angle: 30,
  shear: 0,
  length: 30,
  activation: "linear",
  window: 10,
  inputs: 0.5,
  seed: 0,
};
const TOURS = {
  through_time: [
    [
      { ...PLAIN },
      "Linear units, and a matrix that turns and shrinks. Every step back multiplies the gradient by the modulus, so what is measured lies on what is predicted. The angle plays no part in the norm.",
    ],
    [
      { ...PLAIN, modulus: 1 },
      "On the unit circle nothing is lost: thirty steps back the gradient is as long as at the end. Steps of all ages have a say now, and a window of ten cuts off most of the gradient.",
    ],
    [
      { ...PLAIN, modulus: 1.1 },
      "A tenth more, and the gradient grows on its way back while states grow on theirs. A step’s share is a product of both, so old steps count as much as new ones. Below, clipping by norm keeps the direction; by value, it turns the gradient.",
    ],
    [
      { ...PLAIN, modulus: 1.1, activation: "tanh" },
      "The same matrix under tanh. Its slopes are below 1, so each step back shrinks the gradient more than the modulus says: what grew vanishes now.",
    ],
    [
      { ...PLAIN, angle: 90, shear: 3 },
      "Both moduli are below 1, and yet the gradient is almost six times as long one step back. A shear makes eigenvectors lean towards each other: the modulus rules the long run, the largest singular value a single step.",
    ],
    [
      { ...PLAIN, modulus: 1, angle: 60, activation: "relu" },
      "ReLU lets a gradient through whole or not at all. Two steps back both units are at zero, and of all that happened before nothing comes through: not little, nothing.",
    ],
  ],
};

const SPACE = 1.65; // what the plane shows to each side

/** A square plane in which the state's own picture stands. */
const square = (label, ...children) =>
  svg("svg", { class: "gt-square", viewBox: "-100 -100 200 200", role: "img", "aria-label": label }, children);
const place = ([x, y], most) => [(100 * x) / most, (-100 * y) / most];

/** The complex plane: both eigenvalues, the unit circle, and a hand that moves the first. */
function complexPlane(move) {
  const at = (x, y) => place([x, y], SPACE);
  const rim = svg("circle", { class: "gt-rim", r: 100 / SPACE }),
    ring = svg("circle", { class: "gt-ring" }),
    arm = svg("path", { class: "gt-arm" }),
    other = svg("circle", { class: "gt-other", r: 6 }),
    hand = svg("circle", { class: "gt-dot", r: 8 });
  const text = (x, y, words, anchor = "start") => svg("text", { x, y, "text-anchor": anchor }, words);
  const picture = square(
    "The complex plane with both eigenvalues and the unit circle",
    svg("path", { class: "gt-axes", d: "M-100 0H100M0 -100V100" }),
    rim,
    ring,
    arm,
    text(98, -4, "real", "end"),
    text(4, -91, "imaginary"),
    text(100 / SPACE + 3, 13, "1"),
    other,
    hand,
  );
  const el = h(
    "div",
    {
      class: "gt-plane",
      role: "slider",
      tabindex: 0,
      "aria-label": "Eigenvalue: up and down for the modulus, left and right for the angle, with Shift in larger steps",
      "aria-valuemin": 0,
      "aria-valuemax": MOST,
    },
    picture,
  );
  let state;
  function follow(across, down) {
    const x = (across / el.offsetWidth - 0.5) * 2 * SPACE,
      y = (0.5 - down / el.offsetHeight) * 2 * SPACE;
    if (state.eigenvalues === "real") return moveReal(x);
    const modulus = Math.hypot(x, y),
      angle = Math.round((Math.abs(Math.atan2(y, x)) * 180) / Math.PI); // below the axis lies the same pair
    movePair(Math.abs(modulus - 1) < 0.02 ? 1 : modulus, angle);
  }
  const hundredths = (value) => Math.round(100 * value) / 100;
  const moveReal = (x) => move({ modulus: hundredths(Math.min(Math.abs(x), MOST)), angle: x < 0 ? 180 : 0 });
  const movePair = (modulus, angle) =>
    move({ modulus: hundredths(clamp(modulus, 0, MOST)), angle: clamp(angle, 0, 180) });
  function onKey(event) {
    const to = arrowOf(event, 10);
    if (!to) return false;
    const [across, up] = to,
      { eigenvalues, modulus, angle } = move(); // from the model: several keys may come before the next frame draws
    if (eigenvalues === "real") moveReal((angle < 90 ? modulus : -modulus) + (across + up) / 100);
    else movePair(modulus + up / 100, angle - across); // to the right is towards the positive axis
    return true;
  }
  draggable(el, { onMove: follow, onKey });
  function draw(next) {
    state = next;
    const [[re, im], [re2, im2]] = eigenvaluesOf(state),
      [x, y] = at(re, im),
      [x2, y2] = at(re2, im2);
    const set = (part, values) => {
      for (const [name, value] of Object.entries(values)) part.setAttribute(name, value);
    };
    set(hand, { cx: x, cy: y });
    set(other, { cx: x2, cy: y2 });
    set(ring, { r: (100 * radiusOf(state)) / SPACE });
    set(arm, { d: `M0 0L${x} ${y}` });
    set(el, { "aria-valuenow": state.modulus, "aria-valuetext": eigenText(state) });
  }
  return { el, draw };
}

/** The path of the state in its own plane, from the start to the last step. */
function orbit() {
  const path = svg("path", { class: "gt-path" }),
    dots = svg("g", {}),
    scale = svg("text", { x: 98, y: -4, "text-anchor": "end" });
  const el = square("", svg("path", { class: "gt-axes", d: "M-100 0H100M0 -100V100" }), path, dots, scale);
  function draw(states) {
    const most = Math.max(1e-300, ...states.flat().map(Math.abs)) * 1.1,
      places = states.map((one) => place(one, most).map((value) => value.toFixed(1)));
    path.setAttribute("d", `M${places.map((one) => one.join(" ")).join("L")}`);
    dots.replaceChildren(
      ...places.map(([cx, cy], t) =>
        svg("circle", { cx, cy, r: t === 0 || t === places.length - 1 ? 5 : 2.5, class: t ? "" : "gt-first" }),
      ),
    );
    scale.textContent = readable(most / 1.1);
    const [a, b] = states.at(-1).map(readable);
    el.setAttribute("aria-label", `The path of the state from (1, 0) to (${a}, ${b}) in ${states.length - 1} steps`);
  }
  return { el, draw };
}

/** Gradients of the recurrent kernel side by side: their four numbers, their norm, how far each step turns them. */
function gradientTable() {
  const body = h("tbody"),
    heads = ["u\u2081\u2081", "u\u2081\u2082", "u\u2082\u2081", "u\u2082\u2082", "norm", "turned by"];
  const el = h(
    "table",
    { class: "gt-table", "aria-label": "Gradients of the recurrent kernel" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td"),
        heads.map((text, i) => h("th", { scope: "col", class: i < 4 ? "gt-entry" : "" }, text)),
      ),
    ),
    body,
  );
  /** rows: [name, gradient, the one that it was made of] */
  function draw(rows) {
    body.replaceChildren(
      ...rows.map(([name, gradient, from]) => {
        const angle = from ? angleBetween(gradient, from) : null,
          turn = angle === null ? "" : Number.isNaN(angle) ? "no direction" : `${format(angle, 1)}\u00b0`;
        const cells = [...gradient.map((value) => readable(value === 0 ? 0 : value)), readable(normOf(gradient)), turn];
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          cells.map((text, i) => h("td", { class: i < 4 ? "gt-entry" : "" }, text)),
        );
      }),
    );
  }
  return { el, draw };
}

/** Round powers of ten around all that is positive, from FLOOR to its inverse. */
export function spanOf(rows) {
  const positive = rows.flat().filter((value) => value > 0),
    power = (value, round) => 10 ** round(Math.log10(clamp(value, FLOOR, 1 / FLOOR)));
  return [power(Math.min(0.1, ...positive) / 1.5, Math.floor), power(Math.max(1, ...positive) * 1.5, Math.ceil)];
}

function controlsOf(change, stateOf) {
  const set = (name) => (value) => change({ [name]: value });
  const sliding = (name, label, min, max, step, show) =>
    slider({ label, min, max, step, value: min, ...(show ? { show } : {}), onInput: set(name) });
  const degrees = (value) => `${value}\u00b0`;
  const signed = slider({
    label: "First eigenvalue",
    min: -MOST,
    max: MOST,
    step: 0.01,
    value: 0,
    onInput: (value) => change({ modulus: Math.abs(value), angle: value < 0 ? 180 : 0 }),
  });
  const parts = {
    eigenvalues: choice({
      label: "Eigenvalues",
      options: [
        ["pair", "a conjugate pair"],
        ["real", "two real ones"],
      ],
      value: "pair",
      onInput: set("eigenvalues"),
    }),
    modulus: sliding("modulus", "Modulus", 0, MOST, 0.01),
    angle: sliding("angle", "Angle", 0, 180, 1, degrees),
    second: sliding("second", "Second eigenvalue", -MOST, MOST, 0.01),
    shear: sliding("shear", "Shear", 0, 3, 0.1),
    activation: choice({
      label: "Activation",
      options: ["linear", "tanh", "relu"].map((name) => [name, name]),
      value: "linear",
      onInput: set("activation"),
    }),
    length: sliding("length", "Steps", 2, 60, 1),
    window: sliding("window", "Window, last steps", 1, 60, 1),
    inputs: sliding("inputs", "Size of inputs", 0, 2, 0.1),
    clip: menu({ label: "Clip at", options: CLIPS.map((value) => [value, String(value)]), onInput: set("clip") }),
  };
  const again = button("Other inputs", () => change({ seed: (stateOf().seed + 1) % 10000 }));
  const { eigenvalues, modulus, angle, clip, ...rest } = parts; // the clip stands beside its table
  const el = h(
    "div",
    { class: "xp-row gt-controls" },
    [eigenvalues, modulus, angle, signed, ...Object.values(rest)].map((part) => part.el),
    again,
  );
  function draw(state) {
    const real = state.eigenvalues === "real";
    for (const [name, part] of Object.entries(parts)) part.set(state[name]);
    parts.window.set(Math.min(state.window, state.length), { max: state.length });
    signed.set(eigenvaluesOf(state)[0][0]);
    for (const part of [modulus, angle]) part.el.hidden = real;
    for (const part of [signed, parts.second]) part.el.hidden = !real;
  }
  return { el, clip: clip.el, draw };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS);
  const change = (values) => {
    if (values) put(model, values);
    return stateOf();
  };
  const controls = controlsOf(change, stateOf),
    plane = complexPlane(change),
    path = orbit(),
    norms = chart({ height: 230 }),
    bars = chart({ height: 230 }),
    table = gradientTable(),
    said = status();
  said.el.classList.add("gt-said");
  const normsFigure = figure(
      [h("b", {}, "The gradient"), " of the output at each state: its norm, and modulus\u200a^\u200adistance"],
      norms.el,
    ),
    barsFigure = figure(
      [h("b", {}, "The recurrent kernel"), ": what each step gives to its gradient, in shares of the whole"],
      bars.el,
    ),
    matrix = h("p", { class: "gt-note" });
  const details = h(
    "div",
    { class: "gt-clip" },
    figure("The recurrent kernel\u2019s gradient: whole, from the window alone, and that clipped", table.el),
    controls.clip,
  );
  root(
    el,
    "Gradient through time",
    "Two units, h\u209c = f(h\u209c\u208b\u2081u + x\u209c), and one output that reads the last state. Drag an eigenvalue of u: how much does the output still depend on states long past?",
  ).append(
    h(
      "div",
      { class: "gt-top" },
      figure([h("b", {}, "Eigenvalues"), " of u: drag, or arrow keys"], plane.el),
      figure([h("b", {}, "The state"), " from (1, 0), the ring, on"], path.el),
      matrix,
      controls.el,
    ),
    h("div", { class: "gt-pair" }, normsFigure, barsFigure),
    said.el,
    details,
  );

  function drawNorms({ length, window }, { norms: found, predicted }) {
    const from = length - Math.min(window, length),
      every = Math.ceil((length + 1) / 31);
    const part = (name, a, b, style) => {
      const steps = Array.from({ length: b - a + 1 }, (_, i) => a + i),
        some = steps.filter((t) => (length - t) % every === 0 && found[t] > 0);
      return [
        { kind: "line", name, x: steps, y: steps.map((t) => found[t]), style },
        { kind: "points", name, x: some, y: some.map((t) => found[t]), style, quiet: true },
      ];
    };
    norms.draw({
      label: "Norm of the gradient at each state",
      x: { label: "state after step", domain: [0, length] },
      y: { label: "norm", log: true, domain: spanOf([found, predicted]) },
      legend: true,
      marks: [
        ...part("in the window", from, length, 0),
        ...(from ? part("cut off", 0, from - 1, 1) : []),
        { kind: "line", name: "predicted", y: predicted, style: 2 },
      ],
    });
  }
  function drawBars({ length, window }, { shares }) {
    const from = length - Math.min(window, length),
      edges = (a, b) => Array.from({ length: b - a + 1 }, (_, i) => a + i + 0.5),
      counts = shares.map((share) => (Number.isNaN(share) ? 0 : 100 * share));
    const part = (a, b, name, style) => ({ kind: "bars", name, edges: edges(a, b), counts: counts.slice(a, b), style });
    bars.draw({
      label: "Share of each step in the gradient of the recurrent kernel",
      x: { label: "step", domain: [0.5, length + 0.5] },
      y: { label: "share (%)" },
      legend: true,
      marks: [part(from, length, "in the window", 0), ...(from ? [part(0, from, "cut off", 1)] : [])],
    });
  }
  function draw() {
    const state = stateOf(),
      found = through(state),
      read = measures(state, found),
      window = Math.min(state.window, state.length);
    controls.draw(state);
    plane.draw(state);
    path.draw(found.states);
    drawNorms(state, read);
    drawBars(state, read);
    const { full, truncated } = found,
      { clip } = state;
    table.draw([
      ["the whole", full, null],
      [`last ${many(window, "step")}`, truncated, full],
      [`clipnorm ${clip}`, clippedByNorm(truncated, clip), truncated],
      [`clipvalue ${clip}`, clippedByValue(truncated, clip), truncated],
    ]);
    const [a, b, c, d] = matrixOf(state).map((value) => format(value));
    matrix.textContent = `u = [[${a}, ${b}], [${c}, ${d}]] has spectral radius ${format(radiusOf(state))}; its largest singular value, the most by which one step can lengthen a vector, is ${format(largestSingular(matrixOf(state)))}.`;
    said.say(sentence(state, read));
  }

  const unfollow = follow(model, TRAITS, draw);
  const words = () => {
    const { length, activation, inputs } = stateOf();
    return `${eigenText(stateOf())}, ${activation} units, inputs of size ${format(inputs)}.`.replace(
      "units,",
      `units, ${many(length, "step")},`,
    );
  };
  const windowed = () =>
    `${words()} The window holds the last ${many(Math.min(stateOf().window, stateOf().length), "step")}.`;
  const cover = [normsFigure, barsFigure, said.el, details];
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      power_back: {
        question: () =>
          `${words()} By which power of ten does the gradient’s norm change from the last state back to the first? (−2 is a hundredth.)`,
        answer: () => powerBack(stateOf()),
        because: "It is the first point of the measured line, as a power of ten.",
        cover,
      },
      steps_to_hundredth: {
        question: () => `${words()} How many steps back does the gradient’s norm fall below a hundredth?`,
        answer: () => stepsToHundredth(stateOf()),
        because: "Follow the measured line from right to left until it passes 0.01.",
        min: 0,
        max: 60,
        cover,
      },
      cut_off: {
        question: () => `${windowed()} How much of the recurrent kernel’s gradient does it cut off?`,
        answer: () => cutOff(stateOf()),
        unit: "%",
        because: "The bars outside the window add up to it.",
        cover,
      },
      turned: {
        question: () => `${windowed()} By how many degrees does what is left point away from the whole gradient?`,
        answer: () => turned(stateOf()),
        unit: "\u00b0",
        min: 0,
        max: 180,
        cover,
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    said.stop();
    norms.stop();
    bars.stop();
  };
}

export default { render };
