// Your neighbours change your answer: batch normalisation of a few examples on a number line, and its moving averages.

import { chart } from "./shared/chart.mjs";
import { scaleOf } from "./shared/chart_numbers.mjs";
import { draggable, slidTo } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, number, oneOf, whole } from "./shared/link.mjs";
import { player } from "./shared/player.mjs";
import { generator } from "./shared/random.mjs";
import { choice, clamp, counter, figure, follow, format, h, many, menu, put } from "./shared/ui.mjs";
import { percent, root, slider, status, svg, traitsOf } from "./shared/ui.mjs";

const EDGE = 8, // the number lines go from -8 to 8
  FEWEST = 4,
  MOST = 8,
  MOST_STEPS = 1000,
  NEAR = 0.05, // a moving average has arrived when so much of its way is left
  HEAD = { weight: 2, bias: -1 }; // of the small head: its prediction is the sigmoid of weight x unit + bias
const STATE = [
  "batch",
  "training",
  "gamma",
  "beta",
  "epsilon",
  "upstream",
  "momentum",
  "shift",
  "spread",
  "steps",
  "seed",
];
const AVERAGES = ["batch", "momentum", "shift", "spread", "steps", "seed"];

// ---- The layer ----

const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Mean and variance of a batch; the variance is divided by the number of examples, as the layer's is. */
export function moments(values) {
  const middle = mean(values);
  return { mean: middle, variance: mean(values.map((one) => (one - middle) ** 2)) };
}

/**
 * The moving averages, from 0 and 1, after each of the state's steps: { means, variances, batches }. Each step's batch is
 * drawn from a normal distribution of mean `shift` and deviation `spread`, and has as many examples as the one shown.
 */
export function averages({ batch, momentum, shift, spread, steps, seed }) {
  const { normal } = generator(seed),
    means = [0],
    variances = [1],
    batches = [];
  for (let n = 0; n < steps; n++) {
    batches.push(batch.map(() => shift + spread * normal()));
    const now = moments(batches[n]);
    means.push(momentum * means[n] + (1 - momentum) * now.mean);
    variances.push(momentum * variances[n] + (1 - momentum) * now.variance);
  }
  return { means, variances, batches };
}

/** By what the layer normalises: the batch's own mean and variance in training, the moving averages in use. */
export function scaledBy(state, moved = averages(state)) {
  return state.training ? moments(state.batch) : { mean: moved.means.at(-1), variance: moved.variances.at(-1) };
}

/** The layer's outputs and what stands behind them: { hat, y, unit, share } of each example. */
export function forward({ batch, gamma, beta, epsilon }, by) {
  const hat = batch.map((x) => (x - by.mean) / Math.sqrt(by.variance + epsilon)),
    y = hat.map((one) => gamma * one + beta),
    unit = y.map((one) => Math.max(one, 0)),
    share = unit.map((one) => 1 / (1 + Math.exp(-(HEAD.weight * one + HEAD.bias))));
  return { hat, y, unit, share };
}

/** By name the gradient that comes from above: of the loss with respect to each example's y. */
const UPSTREAM = {
  "yours alone": (hat) => hat.map((_, i) => Number(i === 0)),
  "all alike": (hat) => hat.map(() => 1),
  "yours against the last": (hat) => hat.map((_, i) => (i === 0 ? 1 : i === hat.length - 1 ? -1 : 0)),
  "along the outputs": (hat) => [...hat],
};
export const upstreamOf = ({ upstream }, hat) => UPSTREAM[upstream](hat);

/**
 * The way back: { grad, mean, along, dx }. In training the gradient loses its mean and its part along the normalised
 * outputs, and what is left is scaled; in use it is scaled alone.
 */
export function backward({ gamma, epsilon, training }, { hat }, by, grad) {
  const scale = gamma / Math.sqrt(by.variance + epsilon),
    middle = training ? mean(grad) : 0,
    slope = training ? mean(grad.map((g, i) => g * hat[i])) : 0;
  const along = hat.map((one) => one * slope);
  return {
    grad,
    mean: grad.map(() => middle),
    along,
    dx: grad.map((g, i) => scale * (g - middle - along[i])),
  };
}

/** How many steps a moving average needs until only 5 % of its way are left, if every batch had the same mean. */
export const stepsNeeded = ({ momentum }) => (momentum ? Math.ceil(Math.log(NEAR) / Math.log(momentum) - 1e-9) : 1);

/** After which step the moving mean had for the first time only 5 % of its way before it; null where it has not yet. */
export function arrival({ shift }, { means }) {
  const at = means.findIndex((one) => Math.abs(one - shift) <= NEAR * Math.abs(shift));
  return at < 0 ? null : at;
}

// ---- The guesses ----

/** The batch with its last example moved across zero to the end of the line. */
export const moved = ({ batch }) => [...batch.slice(0, -1), batch.at(-1) > 0 ? -EDGE : EDGE];

/** What your normalised output becomes in training when the last example is moved there. */
export function outputAfter(state) {
  const after = { ...state, batch: moved(state), training: true };
  return forward(after, scaledBy(after)).hat[0];
}

/** The sum of the gradients that the inputs get. */
export function gradientSum(state) {
  const by = scaledBy(state),
    made = forward(state, by),
    { dx } = backward(state, made, by, upstreamOf(state, made.hat));
  const sum = dx.reduce((total, one) => total + one, 0);
  return Math.abs(sum) < 1e-9 ? 0 : sum;
}

// ---- Words ----

/** The state in a few sentences. */
export function sentence(state, by, made, back) {
  const { batch, training, steps } = state;
  const how = training
    ? `In training, your example is judged by its batch: mean ${format(by.mean)}, variance ${format(by.variance)}.`
    : `In use, your example is judged by the moving averages after ${many(steps, "step")}: mean ${format(by.mean)}, ` +
      `variance ${format(by.variance)}. No neighbour counts.`;
  const yours =
    `Its x = ${format(batch[0])} becomes x\u0302 = ${format(made.hat[0])} and y = ${format(made.y[0])}; the unit after it ` +
    `gives ${format(made.unit[0])}, and the head says yes with ${percent(made.share[0], 0)}.`;
  const others = back.dx.slice(1).filter((one) => Math.abs(one) > 5e-4).length;
  const pull =
    state.upstream === "yours alone"
      ? ` Your gradient is ${format(back.dx[0], 3)}; ${
          others ? `${others} of ${many(batch.length - 1, "neighbour")} get one too` : "your neighbours get none"
        }.`
      : ` Your gradient is ${format(back.dx[0], 3)}.`;
  return `${how} ${yours}${pull}`;
}

/** What the moving averages have done so far. */
export function averagesText(state, found) {
  const { shift, spread, steps, batch, momentum } = state,
    size = batch.length,
    goal = ((size - 1) / size) * spread ** 2;
  const goals = `Batches of ${size} come from a distribution with mean ${format(shift)} and variance ${format(spread ** 2)}; their own variances are ${format(goal)} on average, since examples lie closer to their batch\u2019s mean than to the distribution\u2019s.`;
  if (!shift) return `${goals} The moving mean begins at 0, where it must go.`;
  const due = `With momentum ${format(momentum, 3)} the moving mean has 5\u00a0% of its way left after ${many(stepsNeeded(state), "step")}, if all batches had the same mean`;
  const at = arrival(state, found);
  if (at === null)
    return `${goals} ${due}; after ${many(steps, "step")}, ${percent(1 - found.means.at(-1) / shift, 0)} are left.`;
  return `${goals} ${due}; here it got so near for the first time at step ${at}.`;
}

// ---- The view ----

const within = (low, high) => (value) => number(value) && value >= low && value <= high;
/** What a link may set, as Python has it. */
export const CHECKS = {
  batch: (value) => Array.isArray(value) && whole(value.length, FEWEST, MOST) && value.every(within(-EDGE, EDGE)),
  training: flag,
  gamma: within(-3, 3),
  beta: within(-3, 3),
  epsilon: within(0.000001, 10),
  upstream: oneOf(...Object.keys(UPSTREAM)),
  momentum: within(0, 0.999),
  shift: within(-6, 6),
  spread: within(0.1, 4),
  steps: (value) => whole(value, 0, MOST_STEPS),
  seed: (value) => whole(value, 0, 9999),
};
const PLAIN = {
  training: true,
  gamma: 1,
  beta: 0,
  epsilon: 0.001,
  upstream: "yours alone",
  shift: 4,
  spread: 2,
  steps: 0,
};
const TOURS = {
  neighbours: [
    [
      { ...PLAIN, batch: [3, 1, 5, 7] },
      "Your example, number 1, lies a little below the batch\u2019s mean. Its output is negative, and the unit after it gives 0.",
    ],
    [
      { ...PLAIN, batch: [3, 1, 5, -7] },
      "Only example 4 has moved, from 7 to \u22127. Your input is the same as before, but now it lies above the mean: the head has changed its mind.",
    ],
    [
      { ...PLAIN, batch: [3, 1, 5, -7], upstream: "all alike" },
      "If the loss pushes all outputs the same way, no input feels it: the mean of the gradient is removed, because a common shift would be subtracted again.",
    ],
    [
      { ...PLAIN, batch: [3, 1, 5, -7], upstream: "along the outputs" },
      "Nor does a push that stretches them: the part along x\u0302 is removed, for a common factor would be divided out. Only epsilon leaves a trace.",
    ],
    [
      { ...PLAIN, batch: [3, 1, 5, -7], training: false },
      "In use the moving averages take the batch\u2019s place. They still stand at 0 and 1, so nothing is normalised yet, but neighbours have lost their say.",
    ],
    [
      { ...PLAIN, batch: [3, 1, 5, -7], training: false, momentum: 0.99, steps: 299 },
      "After 299 batches from a distribution around 4 the moving mean has nearly arrived: with momentum 0.99 it goes one hundredth of the way at each step.",
    ],
  ],
};

/** Two number lines, inputs above and outputs below, with a thread for each example; inputs can be dragged. */
function lines(now, move) {
  const drawing = svg("svg", { class: "bn-svg", height: 186, role: "img" }),
    handles = h("div", { class: "bn-handles" }),
    el = h("div", { class: "bn-lines" }, drawing, handles);
  const TOP = 46,
    BOTTOM = 152;
  let width = 0,
    spots = [];
  const scale = () => scaleOf([-EDGE, EDGE], [18, width - 18]);
  const go = (i, value) => move(i, Math.round(clamp(value, -EDGE, EDGE) * 10) / 10);
  function made(i) {
    const spot = h("div", {
      class: `bn-handle${i ? "" : " yours"}`,
      role: "slider",
      tabindex: 0,
      "aria-label": i ? `Example ${i + 1}` : "Example 1, yours",
      "aria-valuemin": -EDGE,
      "aria-valuemax": EDGE,
    });
    spot.textContent = i + 1;
    draggable(spot, {
      within: el,
      from: () => [scale()(now(i)), 0],
      onMove: (x) => go(i, scale().back(x)),
      onKey(event) {
        const to = slidTo(event, now(i), [-EDGE, EDGE], 0.1);
        if (to !== undefined) go(i, to);
        return to !== undefined;
      },
    });
    return spot;
  }
  /** A line with its numbers. */
  function axis(sx, y, name) {
    const ticks = [-8, -6, -4, -2, 0, 2, 4, 6, 8];
    return [
      svg("path", {
        class: "bn-axis",
        d: `M18 ${y}H${width - 18}${ticks.map((t) => `M${sx(t).toFixed(1)} ${y - 4}v8`).join("")}`,
      }),
      ...ticks.map((t) => svg("text", { x: sx(t).toFixed(1), y: y + 20, "text-anchor": "middle" }, format(t))),
      svg("text", { class: "bn-name", x: 0, y: y - 24 }, name),
    ];
  }
  function draw(state, by, { y }, other) {
    while (spots.length > state.batch.length) spots.pop().remove();
    while (spots.length < state.batch.length) {
      spots.push(made(spots.length));
      handles.append(spots.at(-1));
    }
    if (!width) return;
    const sx = scale(),
      inside = (value) => clamp(sx(value), 6, width - 6),
      deviation = Math.sqrt(by.variance),
      from = inside(by.mean - deviation);
    const threads = state.batch.map((x, i) =>
      svg("path", {
        class: `bn-thread${i ? "" : " yours"}`,
        d: `M${sx(x).toFixed(1)} ${TOP}C${sx(x).toFixed(1)} ${TOP + 60} ${inside(y[i]).toFixed(1)} ${BOTTOM - 60} ${inside(y[i]).toFixed(1)} ${BOTTOM}`,
      }),
    );
    const ends = state.batch.map((_, i) =>
      svg("circle", { class: `bn-end${i ? "" : " yours"}`, cx: inside(y[i]).toFixed(1), cy: BOTTOM, r: i ? 5 : 8 }),
    );
    drawing.replaceChildren(
      svg("rect", {
        class: "bn-spread",
        x: from,
        y: TOP - 14,
        width: inside(by.mean + deviation) - from,
        height: 28,
        rx: 4,
      }),
      svg("path", { class: "bn-mean", d: `M${inside(by.mean).toFixed(1)} ${TOP - 18}v36` }),
      ...axis(
        sx,
        TOP,
        state.training
          ? "inputs x, the batch\u2019s mean and its deviation"
          : "inputs x, the moving mean and its deviation",
      ),
      ...axis(sx, BOTTOM, `outputs y; the ring is yours in ${state.training ? "use" : "training"}`),
      ...threads.reverse(),
      ...ends.reverse(),
      svg("circle", { class: "bn-ring", cx: inside(other).toFixed(1), cy: BOTTOM, r: 10 }),
    );
    drawing.setAttribute(
      "aria-label",
      `Inputs ${state.batch.map((x) => format(x)).join(", ")} become outputs ${y.map((one) => format(one)).join(", ")}`,
    );
    spots.forEach((spot, i) => {
      const x = state.batch[i];
      spot.style.transform = `translate(${(sx(x) - 13).toFixed(1)}px, ${TOP - 13}px)`;
      spot.setAttribute("aria-valuenow", x);
      spot.setAttribute("aria-valuetext", `${format(x)}, which becomes ${format(y[i])}`);
    });
  }
  return {
    el,
    draw,
    resize(next) {
      width = next;
      drawing.setAttribute("width", width);
    },
  };
}

/** A table with a row an example. columns: [key, title, decimals]; draw(rows, largest) shades by bars where largest is given. */
function table(label, columns) {
  const body = h("tbody");
  const el = h(
    "table",
    { class: "bn-table", "aria-label": label },
    h("thead", {}, h("tr", {}, h("td"), ...columns.map(([, title]) => h("th", { scope: "col" }, title)))),
    body,
  );
  const rows = [];
  const row = (i) => {
    const cells = columns.map(() => ({ text: h("span"), bar: h("i", { "aria-hidden": "true" }) }));
    const tr = h(
      "tr",
      { class: i ? "" : "yours" },
      h("th", { scope: "row" }, i ? String(i + 1) : "yours"),
      cells.map(({ text, bar }) => h("td", {}, text, h("span", { class: "bn-bar" }, bar))),
    );
    body.append(tr);
    return { tr, cells };
  };
  function draw(values, largest = 0) {
    const count = values[columns[0][0]].length;
    while (rows.length > count) rows.pop().tr.remove();
    while (rows.length < count) rows.push(row(rows.length));
    rows.forEach(({ cells }, i) =>
      cells.forEach(({ text, bar }, c) => {
        const [key, , show] = columns[c],
          value = values[key][i],
          reach = largest ? clamp((50 * value) / largest, -50, 50) : 0;
        text.textContent = show(value);
        bar.className = reach < 0 ? "neg" : "pos";
        bar.style.left = `${(50 + Math.min(reach, 0)).toFixed(1)}%`;
        bar.style.width = `${Math.abs(reach).toFixed(1)}%`;
      }),
    );
  }
  return { el, draw };
}

function render({ model, el }) {
  const change = (values) => put(model, values),
    stateOf = () => traitsOf(model, STATE);
  const stage = lines(
    (i) => model.get("batch")[i],
    (i, value) => change({ batch: model.get("batch").map((one, j) => (j === i ? value : one)) }),
  );
  const ranged = (name, label, min, max, step) =>
    slider({ label, min, max, step, value: min, onInput: (value) => change({ [name]: value }) });
  const controls = {
    training: choice({
      label: "Mode",
      value: true,
      onInput: (training) => change({ training }),
      options: [
        [true, "training"],
        [false, "use"],
      ],
    }),
    size: counter({
      label: "Examples",
      min: FEWEST,
      max: MOST,
      value: FEWEST,
      onInput: (size) => change({ batch: Array.from({ length: size }, (_, i) => model.get("batch")[i] ?? 2 * i - 9) }),
    }),
    gamma: ranged("gamma", "gamma", -3, 3, 0.1),
    beta: ranged("beta", "beta", -3, 3, 0.1),
    epsilon: menu({
      label: "epsilon",
      options: [0.00001, 0.001, 0.1, 1, 10].map((one) => [one, String(one)]),
      onInput: (epsilon) => change({ epsilon }),
    }),
  };
  const upstream = menu({
    label: "The loss pushes",
    options: Object.keys(UPSTREAM).map((name) => [name, name]),
    onInput: (name) => change({ upstream: name }),
  });
  const stream = {
    momentum: menu({
      label: "Momentum",
      options: [0.5, 0.9, 0.99, 0.999].map((one) => [one, String(one)]),
      onInput: (momentum) => change({ momentum }),
    }),
    shift: ranged("shift", "Their mean", -6, 6, 0.5),
    spread: ranged("spread", "Their deviation", 0.5, 4, 0.1),
  };
  const two = (value) => format(value),
    three = (value) => format(value, 3);
  const outputs = table("From the input to the prediction", [
    ["x", "x", two],
    ["hat", "x\u0302", two],
    ["y", "y", two],
    ["unit", "unit", two],
    ["share", "head: yes", (share) => percent(share, 0)],
  ]);
  const gradients = table("The gradient on its way back", [
    ["grad", "dL/dy", three],
    ["mean", "\u2212 its mean", three],
    ["along", "\u2212 along x\u0302", three],
    ["dx", "dL/dx", three],
  ]);
  const scaled = h("p", { class: "bn-note" }),
    story = h("p", { class: "bn-note" }),
    said = status();
  const plot = chart({ height: 180 });
  const play = player({
    label: "Batches",
    unit: "step",
    speeds: [1, 5, 20, 60],
    speed: 20,
    onStep() {
      taken += 1;
      return taken < MOST_STEPS;
    },
    onFrame() {
      sent = taken;
      change({ steps: sent });
    },
    onReset() {
      sent = taken = 0;
      change({ steps: 0 });
    },
  });
  let taken = model.get("steps"), // by the player
    sent = taken; // as the state has it
  const lead =
    "One feature of a small batch goes through batch normalisation. Drag an example, or use arrow keys: yours is number 1.";
  const forwardFigure = figure([h("b", {}, "Forward"), ", then a unit with ReLU and a small head"], outputs.el),
    backwardFigure = figure(
      [h("b", {}, "Backward"), ": what is taken off the gradient"],
      gradients.el,
      scaled,
      upstream.el,
    );
  const moving = figure([h("b", {}, "Moving averages"), " of batches that are played"], plot.el);
  root(el, "Your neighbours change your answer", lead).append(
    h(
      "div",
      { class: "xp-row bn-controls" },
      Object.values(controls).map((one) => one.el),
    ),
    stage.el,
    said.el,
    h("div", { class: "bn-pair" }, forwardFigure, backwardFigure),
    h("div", { class: "bn-stream" }, play.el),
    h(
      "div",
      { class: "bn-pair" },
      moving,
      h(
        "div",
        {},
        h(
          "div",
          { class: "xp-row" },
          Object.values(stream).map((one) => one.el),
        ),
        story,
      ),
    ),
  );

  let key = "",
    found;
  function drawControls(state) {
    for (const name of ["training", "gamma", "beta", "epsilon"]) controls[name].set(state[name]);
    controls.size.set(state.batch.length);
    upstream.set(state.upstream);
    for (const [name, control] of Object.entries(stream)) control.set(state[name]);
    if (state.steps !== sent) sent = taken = state.steps; // a tour or a link has set it
    play.at(taken, taken >= MOST_STEPS);
  }
  function drawAverages(state) {
    const next = JSON.stringify([traitsOf({ get: (name) => state[name] }, AVERAGES), state.batch.length]);
    if (next === key) return;
    key = next;
    const size = state.batch.length,
      goal = ((size - 1) / size) * state.spread ** 2,
      end = Math.max(state.steps, Math.round(1.3 * stepsNeeded(state)), 10),
      last = found.batches.slice(-40),
      level = (value) => ({ x: [0, end], y: [value, value] });
    plot.draw({
      label: "Moving averages",
      x: { label: "step", domain: [0, end] },
      y: { zero: true },
      legend: true,
      marks: [
        { kind: "line", name: "mean of the distribution", ...level(state.shift), style: 1, quiet: true },
        { kind: "line", name: "average variance of its batches", ...level(goal), style: 1, quiet: true },
        { kind: "line", name: "moving mean", y: found.means, style: 0 },
        { kind: "line", name: "moving variance", y: found.variances, style: 2 },
        {
          kind: "points",
          name: "means of the last batches",
          x: last.map((_, i) => state.steps - last.length + i + 1),
          y: last.map(mean),
          style: 0,
          hollow: true,
        },
      ],
    });
    story.textContent = averagesText(state, found);
  }
  function draw() {
    const state = stateOf();
    found = averages(state);
    const by = scaledBy(state, found),
      made = forward(state, by),
      back = backward(state, made, by, upstreamOf(state, made.hat));
    drawControls(state);
    const turned = { ...state, training: !state.training };
    stage.draw(state, by, made, forward(turned, scaledBy(turned, found)).y[0]);
    outputs.draw({ x: state.batch, ...made });
    gradients.draw(back, Math.max(1e-9, ...Object.values(back).flat().map(Math.abs)));
    const factor = `gamma / \u221a(variance + epsilon) = ${format(state.gamma / Math.sqrt(by.variance + state.epsilon), 3)}`;
    scaled.textContent = state.training
      ? `What is left, times ${factor}, is dL/dx.`
      : `In use nothing is taken off: dL/dy, times ${factor}, is dL/dx.`;
    drawAverages(state);
    said.say(sentence(state, by, made, back), "", !play.playing());
  }

  const unfollow = follow(model, STATE, draw);
  const unteach = lesson({
    model,
    el,
    traits: STATE,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      output_after: {
        question() {
          const batch = model.get("batch"),
            last = batch.length,
            now = forward({ ...stateOf() }, moments(batch)).hat[0];
          return (
            `In training your x = ${format(batch[0])} becomes x\u0302 = ${format(now)}. Only example ${last} moves, from ` +
            `${format(batch.at(-1))} to ${format(moved(stateOf()).at(-1))}. What does your x\u0302 become?`
          );
        },
        answer: () => outputAfter(stateOf()),
        because: "Drag it there and look at your thread.",
        cover: [stage.el, forwardFigure, said.el],
      },
      gradient_sum: {
        question: () =>
          `The mode is ${model.get("training") ? "training" : "use"}, and the loss pushes ${model.get("upstream")}. What is the sum of dL/dx over the batch?`,
        answer: () => gradientSum(stateOf()),
        because: "Add the last column up.",
        cover: [backwardFigure, said.el],
      },
      steps_needed: {
        question: () =>
          `The moving mean starts at 0 and goes towards ${format(model.get("shift"))} with momentum ${format(model.get("momentum"), 3)}. After how many steps are at most 5\u00a0% of its way left, if all batches had the same mean?`,
        unit: "steps",
        min: 0,
        answer: () => stepsNeeded(stateOf()),
        because: "Play the batches and see when it comes so near.",
        cover: [moving, story],
      },
    },
  });
  const observer = new ResizeObserver(([{ contentRect }]) => {
    stage.resize(Math.round(contentRect.width));
    draw();
  });
  observer.observe(stage.el);
  return () => {
    observer.disconnect();
    unfollow();
    unteach();
    said.stop();
    play.stop();
    plot.stop();
  };
}

export default { render };
