// Where to cut: AlexNet's layers on several workers, each cut by data or by model; what is sent, waited for and held.

import { ledgerOf } from "./shared/architectures.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf } from "./shared/link.mjs";
import { button, choice, figure, follow, format, h, put, root } from "./shared/ui.mjs";
import { slider, status, step, stepTo, svg, toggle, traitsOf } from "./shared/ui.mjs";

// ---- A step on several workers ----

const BYTES = 4; // of a number in float32

/** The layers with weights: { name, inputs (numbers that it reads of one image), parameters, macs }. */
export const LAYERS = ledgerOf("alexnet", "one weird trick").flatMap((row, i, rows) =>
  row.parameters
    ? [
        {
          name: row.name,
          inputs: i ? rows[i - 1].values : 3 * 224 ** 2,
          parameters: row.parameters,
          macs: row.macs,
        },
      ]
    : [],
);

/**
 * What each layer costs one worker in a step: { name, cut, forward, backward, gradients (bytes that it sends), compute,
 * waiting, summing (seconds), memory (bytes) }, as dnnlib.models.parallel.costs has them.
 */
export function costsOf({ cut, workers, batch, bandwidth, speed }) {
  const share = (workers - 1) / workers; // of all bytes, what a worker in a ring sends to gather them
  return LAYERS.map(({ name, inputs, parameters, macs }, i) => {
    const byModel = cut[i] === "model",
      read = BYTES * batch * inputs,
      held = BYTES * parameters;
    const moved = byModel ? share : i && cut[i - 1] === "model" ? share / workers : 0;
    const forward = moved * read,
      backward = i ? moved * read : 0,
      gradients = byModel ? 0 : 2 * share * held;
    return {
      name,
      cut: cut[i],
      forward,
      backward,
      gradients,
      compute: ((i ? 3 : 2) * macs * batch) / workers / (1e12 * speed),
      waiting: (forward + backward) / (1e9 * bandwidth),
      summing: gradients / (1e9 * bandwidth),
      memory: (3 * held) / (byModel ? workers : 1) + read / (byModel ? 1 : workers),
    };
  });
}

const sum = (rows, key) => rows.reduce((total, row) => total + key(row), 0);
const sentOf = (row) => row.forward + row.backward + row.gradients;
const wireOf = (row) => row.waiting + row.summing;

/**
 * One worker's step as stretches of time: [{ lane: "arithmetic" or "wire", kind, layer (its place), from, to }]. What is
 * sent of inputs is waited for; with overlap gradients of parameters wait until the wire is free, and nothing for them.
 */
export function timeline(rows, overlap) {
  const found = [],
    queue = []; // gradients that are not sent yet: [{ layer, left }]
  let now = 0;
  const add = (lane, kind, layer, time) => {
    if (!time) return;
    found.push({ lane, kind, layer, from: now, to: now + time });
    now += time;
  };
  /** Sends what waits in the queue from a time until another one, or all of it. */
  function send(from, until) {
    let at = from;
    while (queue.length && at < until) {
      const to = Math.min(until, at + queue[0].left);
      found.push({ lane: "wire", kind: "gradients", layer: queue[0].layer, from: at, to });
      queue[0].left -= to - at;
      if (queue[0].left <= 1e-12 * to) queue.shift();
      at = to;
    }
    return at;
  }
  for (const [i, row] of rows.entries()) {
    add("wire", "inputs", i, (row.waiting * row.forward) / (row.forward + row.backward) || 0);
    add("arithmetic", "forward", i, row.compute / (i ? 3 : 2));
  }
  for (const [i, row] of [...rows.entries()].reverse()) {
    const began = now;
    add("arithmetic", "backward", i, row.compute * (i ? 2 / 3 : 1 / 2));
    if (overlap) {
      send(began, now);
      if (row.summing) queue.push({ layer: i, left: row.summing });
    } else add("wire", "gradients", i, row.summing);
    add("wire", "inputs", i, (row.waiting * row.backward) / (row.forward + row.backward) || 0);
  }
  send(now, Number.POSITIVE_INFINITY);
  return found;
}

/** The sums of a step and how long it takes, as dnnlib.models.parallel.step has them. */
export function stepOf(rows, overlap) {
  const compute = sum(rows, (row) => row.compute),
    wire = sum(rows, wireOf);
  let left = 0,
    hidden = 0; // seconds of gradients still to be sent, and of those sent while the layers below computed
  for (const [i, row] of [...rows.entries()].reverse()) {
    const backward = row.compute * (i ? 2 / 3 : 1 / 2);
    hidden += Math.min(left, backward);
    left = Math.max(0, left - backward) + row.summing;
  }
  const seconds = compute + wire - (overlap ? hidden : 0);
  return { sent: sum(rows, sentOf), compute, wire, seconds, memory: sum(rows, (row) => row.memory) };
}

export const stepIn = (state) => stepOf(costsOf(state), state.overlap);
const everywhere = (cut) => LAYERS.map(() => cut);
const flipped = (cut, at) => cut.map((one, i) => (i === at ? (one === "data" ? "model" : "data") : one));

/** The fastest of the 256 cuts, of equal ones the one that sends least: { cut, sent, seconds ... }. */
export function bestOf(state) {
  let best = { seconds: Number.POSITIVE_INFINITY };
  for (let code = 0; code < 2 ** LAYERS.length; code++) {
    const cut = LAYERS.map((_, i) => ((code >> (LAYERS.length - 1 - i)) & 1 ? "model" : "data")),
      found = stepIn({ ...state, cut }),
      gap = found.seconds / best.seconds - 1;
    // Sums in another order differ in their last digits
    if (gap < -1e-12 || (gap < 1e-12 && found.sent < best.sent)) best = { cut, ...found };
  }
  return best;
}

/** How much longer the step takes than the fastest, as a share; 0 if none is faster. */
export function distance(state) {
  const gap = stepIn(state).seconds / bestOf(state).seconds - 1;
  return gap < 1e-9 ? 0 : gap;
}

const placeOf = (state) => LAYERS.findIndex(({ name }) => name === state.layer);
const cutAt = (state, at, cut) => ({ ...state, cut: state.cut.map((one, i) => (i === at ? cut : one)) });

/** What the layer that is read sends by model, as a share of what it sends by data, the layer below as it is. */
export function byModelShare(state) {
  const at = placeOf(state),
    [model, data] = ["model", "data"].map((cut) => sentOf(costsOf(cutAt(state, at, cut))[at]));
  return model / data;
}

/** The batch from which on the step sends less if this layer is cut by data; NaN if there is none. */
export function turningBatch(state) {
  const at = placeOf(state);
  // Bytes are a straight line over the batch: the difference of both cuts at two places tells where it crosses zero
  const gap = (batch) => {
    const [model, data] = ["model", "data"].map((cut) => stepIn({ ...cutAt(state, at, cut), batch }).sent);
    return model - data;
  };
  const none = gap(0),
    slope = gap(1) - none;
  return slope > 0 ? -none / slope : Number.NaN;
}

// ---- For people ----

const three = (value) => Number(value.toPrecision(3)).toLocaleString("en");
const scaled = (value, units) => {
  const [by, unit] = units.find(([least]) => value >= least) ?? units.at(-1);
  return `${value ? three(value / by) : 0}\u00a0${unit}`;
};
const GIGA = [1e9, 1e6, 1e3, 1];
/** An amount with its unit: bytes of 1,000, seconds. */
export const bytes = (value) =>
  scaled(
    value,
    GIGA.map((by, i) => [by, ["GB", "MB", "kB", "B"][i]]),
  );
export const seconds = (value) =>
  scaled(
    value,
    [1, 1e-3, 1e-6].map((by, i) => [by, ["s", "ms", "\u00b5s"][i]]),
  );
const counts = (value) => (value >= 1e6 ? `${three(value / 1e6)} million` : Math.round(value).toLocaleString("en"));

/** The layers in words, those of one cut as stretches: "data in conv1 to conv5, model in fc6 to predictions". */
export function cutText(cut) {
  const runs = [];
  cut.forEach((one, i) => {
    if (runs.at(-1)?.cut === one) runs.at(-1).to = i;
    else runs.push({ cut: one, from: i, to: i });
  });
  if (runs.length === 1) return `All by ${runs[0].cut}`;
  const text = runs.map(
    ({ cut: by, from, to }) =>
      `${LAYERS[from].name}${from === to ? "" : `${to - from > 1 ? " to " : ", "}${LAYERS[to].name}`} by ${by}`,
  );
  return `${text.slice(0, -1).join(", ")} and ${text.at(-1)}`;
}

function sentence(state) {
  const { sent, compute, wire, seconds: time, memory } = stepIn(state),
    hidden = compute + wire - time;
  const parts = `${seconds(compute)} of arithmetic and ${seconds(wire)} of sending${hidden > 1e-9 * time ? `, ${seconds(hidden)} of it meanwhile` : ""}`;
  return `${cutText(state.cut)}: a step takes ${seconds(time)}, which is ${parts}. Each worker sends ${bytes(sent)} and holds ${bytes(memory)}.`;
}

/** What is said of the distance from the best. */
export function distanceText(state) {
  const gap = distance(state);
  if (!gap) return "No other of the 256 cuts is faster.";
  return `The fastest of the 256 cuts is done in ${seconds(bestOf(state).seconds)}. This one takes ${three(100 * gap)}\u00a0% longer.`;
}

/** Why the layer that is read is better cut one way: what would be sent. */
function whyText(state) {
  const at = placeOf(state),
    { name, inputs, parameters } = LAYERS[at];
  const [data, model] = ["data", "model"].map((cut) => bytes(sentOf(costsOf(cutAt(state, at, cut))[at])));
  return `${name} has ${counts(parameters)} parameters and reads ${counts(inputs * state.batch)} inputs in this batch: it sends ${data} by data, ${model} by model.`;
}

/** What is told of the cut, as far as the reader has asked. */
const toldText = (state) =>
  state.told === "nothing" ? "" : `${distanceText(state)}${state.told === "layers" ? ` ${whyText(state)}` : ""}`;

// ---- Bars ----

const KINDS = {
  bytes: [
    ["gradients of parameters", "gradients"],
    ["inputs", "inputs"],
    ["their gradients back", "back"],
  ],
  time: [
    ["arithmetic", "compute"],
    ["gradients of parameters", "gradients"],
    ["inputs and back", "inputs"],
  ],
  memory: [
    ["parameters, gradients, momentum", "compute"],
    ["inputs", "inputs"],
  ],
};
/** The parts of a row's bar, in the order of KINDS. */
export function partsOf(row, measure, { workers, batch }) {
  if (measure === "bytes") return [row.gradients, row.forward, row.backward];
  if (measure === "time") return [row.compute, row.summing, row.waiting];
  const layer = LAYERS.find(({ name }) => name === row.name),
    inputs = (BYTES * batch * layer.inputs) / (row.cut === "model" ? 1 : workers);
  return [row.memory - inputs, inputs];
}
const total = (parts) => parts.reduce((a, b) => a + b, 0);
const shown = (value, measure) => (measure === "time" ? seconds : bytes)(value);

/** The bars of a state: { rows: [{ parts, other (the whole bar if the layer were cut the other way) }], most }. */
export function barsOf(state) {
  const own = costsOf(state),
    parts = (row) => partsOf(row, state.measure, state);
  const rows = own.map((row, i) => ({
    parts: parts(row),
    other: total(parts(costsOf({ ...state, cut: flipped(state.cut, i) })[i])),
  }));
  // The longest bar of any cut, so that the scale stays while layers are cut: a layer by data behind one by model sends most by data
  const either = [
    everywhere("model"),
    ...[0, 1].map((odd) => LAYERS.map((_, i) => (i % 2 === odd ? "data" : "model"))),
  ];
  return {
    rows,
    most: Math.max(...either.flatMap((cut) => costsOf({ ...state, cut }).map((row) => total(parts(row))))),
  };
}

const TRAITS = ["cut", "workers", "batch", "bandwidth", "speed", "overlap", "measure", "layer", "told"];
const rate = (value) => typeof value === "number" && value >= 0.1 && value <= 1000;
export const CHECKS = {
  cut: (value) => Array.isArray(value) && value.length === LAYERS.length && value.every(oneOf("data", "model")),
  workers: oneOf(2, 4, 8),
  batch: oneOf(...Array.from({ length: 11 }, (_, k) => 2 ** (k + 3))),
  bandwidth: rate,
  speed: rate,
  overlap: flag,
  measure: oneOf("bytes", "time", "memory"),
  layer: oneOf(...LAYERS.map(({ name }) => name)),
  told: oneOf("nothing", "distance", "layers"),
};

const OWT = LAYERS.map((_, i) => (i < 5 ? "data" : "model"));
const START = {
  workers: 2,
  batch: 256,
  bandwidth: 1.25,
  speed: 1,
  overlap: false,
  measure: "bytes",
  layer: "fc6",
  told: "nothing",
};
const TOURS = {
  weird_trick: [
    [
      { ...START, cut: everywhere("data") },
      "All by data. Each worker holds the whole network and computes half of the images. What is sent are gradients, one for each parameter, and nearly all parameters sit in the three dense layers.",
    ],
    [
      { ...START, cut: everywhere("model"), layer: "conv2" },
      "All by model. Each worker holds half of every layer, and no gradient of a parameter is sent. But now each must have all inputs of its layers, and those of the convolutions are large.",
    ],
    [
      { ...START, cut: OWT, told: "layers" },
      "One weird trick: by data where a layer has few parameters and large inputs, by model where it is the other way round. The outlines show the other choice for each layer, and all are longer.",
    ],
    [
      { ...START, cut: OWT, batch: 8192, told: "layers" },
      "The inputs grow with the batch, the parameters do not. With 8,192 images even the inputs of fc6 are more than its parameters, and all by data is best.",
    ],
    [
      { ...START, cut: everywhere("data"), bandwidth: 12.5, overlap: true, measure: "time", told: "distance" },
      "The dense layers finish their backward pass first. On a wire ten times as fast their gradients travel while the convolutions still compute, and by data costs next to nothing.",
    ],
  ],
};

// ---- The view ----

/** Who computes what: images from top to bottom, the layer from left to right, one worker's share filled. */
function pictogram() {
  const share = svg("path", { class: "wc-share" }),
    lines = svg("path", { class: "wc-lines" });
  const el = svg("svg", { class: "wc-picto", viewBox: "0 0 24 16", "aria-hidden": "true" }, lines, share);
  function draw(cut, workers) {
    const [wide, high] = cut === "data" ? [24, 16 / workers] : [24 / workers, 16];
    share.setAttribute("d", `M.5 .5H${Math.max(3, wide) - 0.5}V${Math.max(3.5, high) - 0.5}H.5Z`);
    lines.setAttribute("stroke-width", { 2: 0.9, 4: 0.6, 8: 0.35 }[workers]);
    const inner = Array.from({ length: workers - 1 }, (_, k) =>
      cut === "data" ? `M0 ${(k + 1) * high}H24` : `M${(k + 1) * wide} 0V16`,
    );
    lines.setAttribute("d", `M.5 .5H23.5V15.5H.5Z${inner.join("")}`);
  }
  return { el, draw };
}

/** What the two words mean, with their pictures. Returns { el, draw }. */
function meanings() {
  const pictures = { data: pictogram(), model: pictogram() };
  const texts = {
    data: "each worker has all of the layer for its share of the images, and sends gradients",
    model: "each has its share of the layer for all of the images, and sends inputs",
  };
  const el = h(
    "div",
    { class: "wc-meanings" },
    Object.entries(texts).map(([cut, text]) =>
      h("p", {}, pictures[cut].el, h("span", {}, h("b", {}, `by ${cut}`), `: ${text}`)),
    ),
  );
  return { el, draw: (workers) => Object.entries(pictures).forEach(([cut, picture]) => picture.draw(cut, workers)) };
}

/** A row for each layer: a switch and a bar. on: { flip(i), set(i, cut), read(i) }. Returns { el, bars, draw }. */
function rowsView(on) {
  const rows = LAYERS.map(({ name }, i) => {
    const picture = pictogram(),
      word = h("span");
    const toggler = h(
      "button",
      {
        type: "button",
        class: "wc-switch",
        role: "switch",
        "aria-label": `${name} by model`,
        tabindex: -1,
        onclick: () => on.flip(i),
        onfocus: () => on.read(i),
        onkeydown: (event) => keydown(event, i),
      },
      picture.el,
      word,
    );
    const parts = ["compute", "gradients", "inputs", "back", "other"].map((kind) =>
      svg("path", { class: `wc-${kind}` }),
    );
    const bar = svg("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" }, parts),
      amount = h("span", { class: "wc-amount" });
    const title = h("span", { class: "wc-name" }, name),
      rest = h("div", { class: "wc-bar" }, bar, amount);
    for (const part of [title, rest]) part.addEventListener("pointerdown", () => on.read(i));
    const el = h("div", { class: "wc-row" }, title, toggler, rest);
    return { el, toggler, picture, word, parts, amount, rest };
  });
  function keydown(event, i) {
    const cut = { ArrowLeft: "data", ArrowRight: "model" }[event.key],
      to = cut ? undefined : stepTo(event, i, rows.length);
    if (cut === undefined && to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (cut) on.set(i, cut);
    else rows[to].toggler.focus();
  }
  function draw(state) {
    const { rows: bars, most } = barsOf(state),
      kinds = KINDS[state.measure],
      read = placeOf(state);
    bars.forEach(({ parts, other }, i) => {
      const { el, toggler, picture, word, parts: paths, amount } = rows[i];
      toggler.setAttribute("aria-checked", state.cut[i] === "model");
      toggler.tabIndex = i === read ? 0 : -1;
      el.classList.toggle("read", i === read);
      picture.draw(state.cut[i], state.workers);
      word.textContent = state.cut[i];
      let from = 0;
      const drawn = {};
      parts.forEach((part, k) => {
        const to = from + (1000 * part) / most;
        drawn[kinds[k][1]] = part
          ? `M${from.toFixed(2)} 2H${Math.max(from + 1, to).toFixed(2)}V18H${from.toFixed(2)}Z`
          : "";
        from = to;
      });
      if (state.told === "layers") drawn.other = `M0 .5H${Math.max(2, (1000 * other) / most).toFixed(2)}V19.5H0Z`;
      for (const path of paths) path.setAttribute("d", drawn[path.getAttribute("class").slice(3)] ?? "");
      amount.textContent = shown(total(parts), state.measure);
    });
  }
  const el = h(
    "div",
    { class: "wc-rows", role: "group", "aria-label": "Layers" },
    rows.map((row) => row.el),
  );
  return { el, bars: rows.map(({ rest }) => rest), draw };
}

/** The bars' colours in words, and the outline's. Returns { el, draw }. */
function keyView() {
  const el = h("p", { class: "wc-key", "aria-hidden": "true" });
  const item = ([text, kind]) => h("span", {}, h("i", { class: `wc-${kind}` }), text);
  function draw({ measure, told }) {
    const items = [...KINDS[measure], ...(told === "layers" ? [["cut the other way", "other"]] : [])];
    el.replaceChildren(...items.map(item));
  }
  return { el, draw };
}

/** One worker's step in time. Returns { el, draw }. */
function timeView() {
  const lanes = ["arithmetic", "wire"],
    kinds = ["forward", "backward", "inputs", "gradients", "mark"];
  const paths = Object.fromEntries(kinds.map((kind) => [kind, svg("path", { class: `wc-${kind}` })]));
  const picture = svg(
    "svg",
    { viewBox: "0 0 1000 52", preserveAspectRatio: "none", role: "img" },
    Object.values(paths),
  );
  const end = h("b");
  const lanesOf = h(
    "div",
    { class: "wc-lanes", "aria-hidden": "true" },
    lanes.map((text) => h("span", {}, text)),
  );
  const caption = h("span", {}, h("b", {}, "One worker\u2019s step"), ", forward pass, then backward: ", end);
  const el = figure(caption, h("div", { class: "wc-time" }, lanesOf, h("div", { class: "wc-line" }, picture)));
  function draw(state) {
    const rows = costsOf(state),
      found = timeline(rows, state.overlap),
      read = placeOf(state);
    const time = stepOf(rows, state.overlap).seconds;
    // The scale of the two plain cuts, so that a step that gets shorter looks it
    const most = Math.max(time, ...["data", "model"].map((cut) => stepIn({ ...state, cut: everywhere(cut) }).seconds));
    const drawn = Object.fromEntries(kinds.map((kind) => [kind, ""]));
    for (const { lane, kind, layer, from, to } of found) {
      const [left, right] = [from, to].map((at) => (1000 * at) / most),
        top = lane === "wire" ? 28 : 2;
      const gap = right - left > 3 ? 0.8 : 0,
        box = `M${left.toFixed(2)} ${top}H${(right - gap).toFixed(2)}V${top + 22}H${left.toFixed(2)}Z`;
      drawn[kind] += box;
      if (layer === read) drawn.mark += box;
    }
    for (const kind of kinds) paths[kind].setAttribute("d", drawn[kind]);
    end.textContent = `${seconds(time)}, ${bytes(sum(rows, sentOf))} sent`;
    picture.setAttribute("aria-label", `One worker\u2019s step: ${seconds(time)}`);
  }
  return { el, draw };
}

/** The facts of the layer that is read, [what, value] each. */
function factsOf(state) {
  const at = placeOf(state),
    row = costsOf(state)[at],
    { inputs, parameters } = LAYERS[at];
  return [
    ["layer", `${row.name}, by ${row.cut}`],
    ["parameters", counts(parameters)],
    [`inputs of ${state.batch.toLocaleString("en")} images`, counts(inputs * state.batch)],
    ["sends before its forward pass", bytes(row.forward)],
    ["behind its backward pass", bytes(row.backward + row.gradients)],
    ["arithmetic", seconds(row.compute)],
    ["sending", seconds(wireOf(row))],
    ["memory", bytes(row.memory)],
  ];
}
const factsText = (state) =>
  factsOf(state)
    .map(([what, value]) => `${what}: ${value}`)
    .join(", ");

/** The controls, each setting its trait. Returns { above, below, draw(state) }. */
function controlsOf(model) {
  const set = (name) => (value) => put(model, { [name]: value });
  const two = (value) => Number(value.toPrecision(2));
  const rateSlider = (name, label, unit) =>
    slider({
      label,
      min: -1,
      max: 3,
      step: 0.1,
      value: 0,
      show: (power) => `${three(10 ** power)}\u00a0${unit}`,
      onInput: (power) => put(model, { [name]: two(10 ** power) }),
    });
  const workers = choice({
    label: "Workers",
    value: 2,
    options: [2, 4, 8].map((count) => [count, String(count)]),
    onInput: set("workers"),
  });
  const batch = slider({
    label: "Batch",
    min: 3,
    max: 13,
    value: 8,
    show: (power) => `${(2 ** power).toLocaleString("en")} images`,
    onInput: (power) => put(model, { batch: 2 ** power }),
  });
  const bandwidth = rateSlider("bandwidth", "Wire", "GB/s"),
    speed = rateSlider("speed", "Multiply-accumulates", "\u00d7 10\u00b9\u00b2/s");
  const overlap = toggle({ label: "send gradients while computing", onInput: set("overlap") });
  const measure = choice({
    label: "Bars of",
    value: "bytes",
    options: [
      ["bytes", "bytes sent"],
      ["time", "time"],
      ["memory", "memory"],
    ],
    onInput: set("measure"),
  });
  function draw(state) {
    workers.set(state.workers);
    batch.set(Math.log2(state.batch));
    for (const [control, value] of [
      [bandwidth, state.bandwidth],
      [speed, state.speed],
    ])
      control.set(Math.log10(value));
    overlap.set(state.overlap);
    measure.set(state.measure);
  }
  return {
    above: [workers, batch, bandwidth, speed].map(({ el }) => el),
    overlap: overlap.el,
    measure: measure.el,
    draw,
  };
}

/** The buttons that cut all layers, and those that tell how good the cut is. Returns { el, draw }. */
function judgeView(model, stateOf) {
  const all = ["data", "model"].map((cut) =>
    button(`All by ${cut}`, () => put(model, { cut: everywhere(cut), ...covered(stateOf()) })),
  );
  const ask = button("How far from the fastest?", () => put(model, { told: "distance" }), { class: "xp-main" }),
    why = button("Show each layer the other way", () => put(model, { told: "layers" })),
    take = button("Take the fastest cut", () => put(model, { cut: bestOf(stateOf()).cut })),
    hide = button("Hide", () => put(model, { told: "nothing" }));
  const note = h("p", { class: "wc-note" });
  function draw(state) {
    const { told } = state;
    ask.hidden = told !== "nothing";
    why.hidden = told !== "distance";
    take.hidden = hide.hidden = told !== "layers";
    take.setAttribute("aria-disabled", told === "layers" && !distance(state));
    const text = toldText(state);
    if (note.textContent !== text) note.textContent = text;
  }
  const el = h("div", { class: "wc-judge" }, h("div", { class: "xp-row" }, all, ask, why, take, hide), note);
  return { el, draw };
}
/** A new try covers how good the last one was, unless the reader has asked for all. */
const covered = ({ told }) => (told === "distance" ? { told: "nothing" } : {});

function guessesOf(stateOf, { bars, read, said, times, judge }) {
  const cover = [...bars, read, said, times];
  const byData = () => stepIn({ ...stateOf(), cut: everywhere("data") }).sent;
  const own = () => stateOf().layer;
  const facts = () => LAYERS[placeOf(stateOf())];
  return {
    all_by_data: {
      question: () =>
        `All layers are cut by data: ${counts(sum(LAYERS, (layer) => layer.parameters))} parameters, 4 bytes each. How many MB of gradients does each of the ${stateOf().workers} workers send in a step?`,
      unit: "MB",
      min: 0,
      max: 5000,
      cover: [...cover, judge],
      because: () =>
        `In a ring of ${stateOf().workers} a worker sends ${format((2 * (stateOf().workers - 1)) / stateOf().workers)} times all gradients, however many images there are.`,
      answer: () => byData() / 1e6,
    },
    by_model_share: {
      question: () =>
        `${own()} has ${counts(facts().parameters)} parameters and reads ${facts().inputs.toLocaleString("en")} numbers of each of ${stateOf().batch.toLocaleString("en")} images. What does it send by model, in % of what it sends by data?`,
      unit: "%",
      min: 0,
      max: 1e6,
      cover: [...cover, judge],
      answer: () => 100 * byModelShare(stateOf()),
    },
    turning_batch: {
      question: () =>
        `${own()} has ${counts(facts().parameters)} parameters and reads ${facts().inputs.toLocaleString("en")} numbers of each image. From how many images a step on is less sent if it is cut by data?`,
      min: 0,
      max: 1e5,
      cover: [...cover, judge],
      because: "There the inputs of the batch are as many as the parameters, but for what the layers beside it need.",
      answer: () => turningBatch(stateOf()),
    },
    model_layers: {
      question: "How many of the eight layers does the fastest step cut by model?",
      min: 0,
      max: 8,
      cover: [judge],
      because: "Which ones is for you to find.",
      answer: () => bestOf(stateOf()).cut.filter((cut) => cut === "model").length,
    },
    saved: {
      question: () =>
        `All by data, each worker sends ${bytes(byData())} in a step. How many times what the fastest cut sends is that?`,
      min: 1,
      max: 100,
      cover: [judge],
      answer: () => byData() / bestOf(stateOf()).sent,
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS);
  const cutTo = (i, cut) =>
    put(model, {
      cut: model.get("cut").map((one, k) => (k === i ? cut : one)),
      layer: LAYERS[i].name,
      ...covered(stateOf()),
    });
  const rows = rowsView({
    set: (i, cut) => model.get("cut")[i] !== cut && cutTo(i, cut),
    flip: (i) => cutTo(i, flipped(model.get("cut"), i)[i]),
    read: (i) => put(model, { layer: LAYERS[i].name }),
  });
  const controls = controlsOf(model),
    words = meanings(),
    key = keyView(),
    time = timeView(),
    judge = judgeView(model, stateOf),
    read = h("div", { class: "wc-facts" }),
    said = status();
  root(
    el,
    "Where to cut",
    "Several workers train one network together. Click the layers\u2019 switches, or use arrow keys, until a training step is as short as you can make it. Then ask how far you are from the fastest.",
  ).append(
    h("div", { class: "xp-row wc-controls" }, controls.above),
    words.el,
    h("div", { class: "xp-row wc-measure" }, controls.measure, key.el),
    rows.el,
    judge.el,
    time.el,
    controls.overlap,
    read,
    said.el,
  );
  function draw() {
    const state = stateOf();
    controls.draw(state);
    words.draw(state.workers);
    for (const part of [rows, key, time, judge]) part.draw(state);
    read.replaceChildren(...factsOf(state).map(([what, value]) => step(what, value)));
    said.say(sentence(state), `${toldText(state)} ${factsText(state)}`);
  }
  const unfollow = follow(model, TRAITS, draw);
  const guesses = guessesOf(stateOf, { bars: rows.bars, read, said: said.el, times: time.el, judge: judge.el });
  const unteach = lesson({ model, el, traits: TRAITS, guesses, tours: TOURS, checks: CHECKS });
  return () => {
    unfollow();
    unteach();
    said.stop();
  };
}

export default { render };
