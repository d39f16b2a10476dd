// The ledger: what each layer of a network of ILSVRC costs, and where the network stands among published accuracies.

import { FAMILIES, chainOf, ledgerOf, totalsOf } from "./shared/architectures.mjs";
import { ERRORS } from "./shared/architectures_data.mjs";
import { SHAPES, chart } from "./shared/chart.mjs";
import { radiusOf, readable } from "./shared/chart_numbers.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, number, oneOf, whole } from "./shared/link.mjs";
import { button, choice, clamp, figure, follow, format, h, menu, modified } from "./shared/ui.mjs";
import { percent, put, root, slider, status, step, svg, times, toggle, traitsOf } from "./shared/ui.mjs";

// ---- Networks and their ledgers ----

/** By the name that Python uses: family, variant, and the name for people. */
export const NETWORKS = Object.fromEntries(
  Object.entries(FAMILIES).flatMap(([family, { name, variants }]) =>
    variants.map((variant) => {
      const depth = Number(variant) ? variant : "",
        owt = variant === "one weird trick";
      const key = [family, depth, owt && "owt"].filter(Boolean).join(" ");
      return [
        key,
        { family, variant, title: depth ? `${name}-${depth}` : `${name}${owt ? " (one weird trick)" : ""}` },
      ];
    }),
  ),
);
const usualSize = (network) => {
  const { family, variant } = NETWORKS[network];
  return FAMILIES[family].size[FAMILIES[family].variants.indexOf(variant)];
};
const titleOf = (network) => NETWORKS[network].title;
const asPublished = (network) => ({ network, size: null, width: 1, edit: "" });
const isPublished = ({ network, size, width, edit }) =>
  (size ?? usualSize(network)) === usualSize(network) &&
  width === 1 &&
  !offerOf(plainRows({ network, size, width }), edit);

const kept = new Map();
/** A network's ledger before any edit, the last few of them kept. */
function plainRows({ network, size, width }) {
  const key = [network, size, width].join();
  if (!kept.has(key)) {
    const { family, variant } = NETWORKS[network];
    if (kept.size > 40) kept.clear();
    kept.set(key, ledgerOf(family, variant, { size: size ?? undefined, width }));
  }
  return kept.get(key);
}

/** The ledger of a state { network, size, width, edit }; rows that an edit made are marked `edited`. */
export function rowsOf(state) {
  const rows = plainRows(state),
    edit = editOf(rows, state.edit);
  if (!edit) return rows;
  return [...rows.slice(0, edit.at), ...edit.after, ...rows.slice(edit.at + edit.before.length)];
}

/** What a row costs: multiply-accumulates, numbers held, or bytes passed on at 4 bytes each. */
export const costOf = (row, measure) => (measure === "memory" ? 4 * row.values : row[measure]);
const sumOf = (rows, measure) => rows.reduce((sum, row) => sum + costOf(row, measure), 0);

const STARTS = [
  [/^block(\d)_/, "block"],
  [/^inception_(\d)/, "inception"],
  [/^conv(\d)/, "conv"],
  [/^(?:fc\d|predictions)/, "dense"],
];
/** The stages of a ledger, from the names of its layers: [{ name, rows }]; poolings close the stage before them. */
export function stagesOf(rows) {
  const stages = [];
  for (const row of rows) {
    const [pattern, kind] = STARTS.find(([start]) => start.test(row.name)) ?? [],
      name = kind ? [kind, pattern.exec(row.name)[1]].filter(Boolean).join(" ") : undefined;
    if (name && stages.at(-1)?.name !== name) stages.push({ name, rows: [] });
    stages.at(-1).rows.push(row);
  }
  return stages;
}

/** The share of a measure that sits in layers of one kind. */
export const shareIn = (rows, kind, measure) =>
  sumOf(
    rows.filter((row) => row.kind === kind),
    measure,
  ) / sumOf(rows, measure);

/** A stage's layers as stretches of a bar that is 1,000 long for `most`: [{ row, left, right }], none that cost nothing. */
export function stretchesOf(rows, measure, most) {
  let left = 0;
  return rows.flatMap((row) => {
    const cost = costOf(row, measure),
      right = left + (1000 * cost) / most;
    const stretch = { row, left, right };
    left = right;
    return cost ? [stretch] : [];
  });
}

// ---- The edit ----

const WORDS = ["no", "one", "two", "three", "four", "five"];
const kernelsText = (sizes) => `${WORDS[sizes.length] ?? sizes.length} ${times(sizes[0], sizes[0])}`;

/** What can be made of a layer: { at (of the first row), count, sizes before and after }; null if nothing. */
export function offerOf(rows, name) {
  const at = rows.findIndex((row) => row.name === name),
    conv = rows[at]?.conv;
  if (!conv || rows[at].edited) return null;
  if (conv.size >= 5) return { at, count: 1, before: [conv.size], after: Array((conv.size - 1) / 2).fill(3) };
  const alike = (row) =>
    row?.conv?.size === 3 && row.conv.step === 1 && row.conv.padding === 1 && row.conv.groups === conv.groups;
  if (!alike(rows[at])) return null;
  let [from, to] = [at, at];
  while (alike(rows[from - 1])) from -= 1;
  while (alike(rows[to + 1])) to += 1;
  const count = to - from + 1;
  return count > 1 ? { at: from, count, before: Array(count).fill(3), after: [2 * count + 1] } : null;
}

/**
 * A layer replaced: { at, before, after } are rows, `kernels` their sizes. A kernel k x k becomes (k - 1) / 2 of 3 x 3, or
 * n of 3 x 3 become one of 2 n + 1; what is read of the maps in front, the size and the maps behind stay the same.
 */
export function editOf(rows, name) {
  const offer = offerOf(rows, name);
  if (!offer) return null;
  const before = rows.slice(offer.at, offer.at + offer.count),
    last = before.at(-1),
    { step: by, groups, bias } = last.conv,
    padding = before.reduce((sum, { conv }) => sum + conv.padding, 0);
  const names = offer.after.map((k, i) => `${before[0].name}_${k}x${k}${offer.after.length > 1 ? `_${i + 1}` : ""}`);
  const options = { step: by, padding, groups, bias };
  const after = chainOf(before[0].conv.from, last.maps, offer.after, names, options).map((row) => ({
    ...row,
    edited: true,
  }));
  return { at: offer.at, before, after, kernels: [offer.before, offer.after] };
}

/** What rows of convolutions cost together, and how many pixels of the maps in front they read along a side. */
export function costsOf(rows) {
  const { field, stride } = rows[0].conv.from,
    { parameters, macs } = totalsOf(rows);
  return { reads: (rows.at(-1).field - field) / stride + 1, parameters, macs, kinks: rows.length };
}

/** The row that a state reads: the layer named, else the one that costs most. */
export function readRow({ layer, measure }, rows) {
  const most = rows.reduce((best, row) => (costOf(row, measure) > costOf(best, measure) ? row : best));
  return rows.find(({ name }) => name === layer) ?? most;
}

// ---- The chart ----

const PROTOCOLS = ["single crop", "several crops", "ensemble"];
const AREA = 5; // square pixels for a million parameters
const HEIGHTS = { "top-1": [48, 83], "top-5": [73, 97.5] };
const CHANGED = 3; // the looks of a changed network, after those of the protocols
const radius = (parameters, style) => radiusOf(SHAPES[style], (AREA * parameters) / 1e6);

const published = {};
function publishedTotals(network) {
  published[network] ??= totalsOf(rowsOf(asPublished(network)));
  return published[network];
}

/** The published entries as blobs: [{ network, protocol, x (multiply-accumulates), y (accuracy in %), r, said }]. */
export function blobsOf({ accuracy, protocols, every_crop }) {
  const seen = new Set();
  return ERRORS.flatMap(({ network, protocol, crops, models, top1, top5, source }) => {
    const error = accuracy === "top-1" ? top1 : top5,
      key = [network, protocol, crops].join(),
      passes = every_crop ? crops && crops * models : 1;
    if (error === null || !passes || !protocols.includes(protocol) || seen.has(key)) return [];
    seen.add(key);
    const { macs, parameters } = publishedTotals(network),
      held = every_crop ? models * parameters : parameters;
    const way = `${protocol}${crops > 1 ? ` (${crops})` : ""}${models > 1 ? ` of ${models}` : ""}`;
    const said = `${titleOf(network)}, ${way}: ${format(100 - error)}\u00a0% ${accuracy}, ${inUnits(passes * macs, "macs")}, ${inUnits(held, "parameters")}. ${source}`;
    return [
      { network, protocol, x: passes * macs, y: 100 - error, r: radius(held, PROTOCOLS.indexOf(protocol)), said },
    ];
  });
}

/** Where a changed network stands: its multiply-accumulates and its radius, no accuracy; null for a published one. */
export function movedBlob(state) {
  if (isPublished(state)) return null;
  const { macs, parameters } = totalsOf(rowsOf(state));
  return { x: macs, r: radius(parameters, CHANGED) };
}

/** How many times the operations a network needs of the cheapest that errs no more, both on a single crop. */
export function cheaper({ network, accuracy }) {
  const blobs = blobsOf({ accuracy, protocols: ["single crop"], every_crop: false }),
    own = blobs.find((blob) => blob.network === network);
  if (!own) return { factor: NaN };
  const best = blobs.filter(({ y }) => y >= own.y).reduce((a, b) => (b.x < a.x ? b : a));
  return { factor: own.x / best.x, network: best.network, y: best.y, own: own.y };
}

/** Names beside blobs, as many as find room: blobs { px, py, r, text (or none) } -> { x, y, anchor, text }. */
export function placedNames(blobs, { left, right, top, bottom }) {
  const taken = blobs.map(({ px, py, r }) => [px - r, py - r, px + r, py + r]),
    placed = [];
  for (const { px, py, r, text } of blobs) {
    if (!text) continue;
    const wide = 6.6 * text.length;
    const places = [
      [px + r + 3, py + 4, "start", px + r + 3],
      [px - r - 3, py + 4, "end", px - r - 3 - wide],
      [px, py - r - 4, "middle", px - wide / 2],
      [px, py + r + 12, "middle", px - wide / 2],
    ];
    for (const [x, y, anchor, from] of places) {
      const box = [from, y - 10, from + wide, y + 2];
      const free = taken.every(([a, b, c, d]) => box[2] < a || box[0] > c || box[3] < b || box[1] > d);
      if (!free || box[0] < left || box[2] > right || box[1] < top - 6 || box[3] > bottom) continue;
      taken.push(box);
      placed.push({ x, y, anchor, text });
      break;
    }
  }
  return placed;
}

// ---- In words ----

const MEASURES = { macs: "multiply-accumulates", parameters: "parameters", memory: "of memory" };
/** A number with its unit: 3.86 G, 25.6 M, 88.1 MB. */
export function amount(value, measure) {
  const [letter, size] = [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ].find(([, least]) => value >= 0.9995 * least) ?? ["", 1];
  return `${readable(value / size)}${letter || measure === "memory" ? "\u00a0" : ""}${letter}${measure === "memory" ? "B" : ""}`;
}
const wholePercent = (share) => (share < 0.005 ? "< 1\u00a0%" : percent(share, 0));
const inUnits = (value, measure) => `${amount(value, measure)} ${MEASURES[measure]}`;
const ratio = (value) => format(value, value < 0.1 ? 3 : 2);

/** The state in a sentence or two. */
export function sentence(state) {
  const rows = rowsOf(state),
    all = totalsOf(rows),
    { network, beside, width } = state;
  const how = [`${times(state.size ?? usualSize(network), state.size ?? usualSize(network))} pixels`];
  if (width !== 1) how.push(`${format(width)} of its width`);
  const first =
    `${titleOf(network)} at ${how.join(", with ")}: ${inUnits(all.macs, "macs")}, ${percent(shareIn(rows, "Conv2D", "macs"))} ` +
    `of them in convolutions; ${inUnits(all.parameters, "parameters")}, ${percent(shareIn(rows, "Dense", "parameters"))} of ` +
    `them in dense layers; ${inUnits(4 * all.values, "memory")} for what layers pass on.`;
  if (!beside) return first;
  const other = publishedTotals(beside);
  return (
    `${first} ${titleOf(beside)} needs ${ratio(other.macs / all.macs)} times its operations, ` +
    `${ratio(other.parameters / all.parameters)} times its parameters and ${ratio(other.values / all.values)} times its memory.`
  );
}

// ---- The view ----

const TRAITS = [
  "network",
  "beside",
  "size",
  "width",
  "measure",
  "layer",
  "edit",
  "accuracy",
  "protocols",
  "every_crop",
];
const layerName = (value) => typeof value === "string" && /^\w{0,40}$/.test(value);
export const CHECKS = {
  network: oneOf(...Object.keys(NETWORKS)),
  beside: oneOf("", ...Object.keys(NETWORKS)),
  size: (value) => value === null || whole(value, 96, 448),
  width: (value) => number(value) && value >= 0.25 && value <= 2,
  measure: oneOf(...Object.keys(MEASURES)),
  layer: layerName,
  edit: layerName,
  accuracy: oneOf("top-1", "top-5"),
  protocols: (value) =>
    Array.isArray(value) && value.every((one) => PROTOCOLS.includes(one)) && new Set(value).size === value.length,
  every_crop: flag,
};

const START = { beside: "", size: null, width: 1, layer: "", edit: "", measure: "macs", every_crop: false };
const TOURS = {
  ledger: [
    [
      { ...START, network: "vgg 16", measure: "parameters" },
      "Of VGG-16\u2019s parameters nearly nine in ten sit in three dense layers, most of them in the first.",
    ],
    [
      { ...START, network: "vgg 16" },
      "Its operations sit in the convolutions: a kernel\u2019s few numbers are used again at every place.",
    ],
    [
      { ...START, network: "vgg 16", beside: "resnet 50" },
      "ResNet-50 has three times as many layers. It is more accurate and needs a quarter of the operations: compare the bars, which share one scale.",
    ],
    [
      { ...START, network: "vgg 16", layer: "block5_conv1", edit: "block5_conv1" },
      "VGG the other way round: had its authors used one 7 \u00d7 7 for three 3 \u00d7 3, the same pixels would be read with almost twice the weights, and two kinks fewer.",
    ],
    [
      { ...START, network: "resnet 50", every_crop: true },
      "Averaged over ten crops most networks gain one or two points and cost ten times as much. So a number without its protocol says little.",
    ],
  ],
};

/** The bars of one network, a row for each stage. onPick(name), if given, makes a control of it. Returns { el, draw }. */
function barsView(onPick) {
  const head = h("p", { class: "lg-head" });
  const lines = Array.from({ length: 6 }, () => {
    const paths = ["conv", "dense", "other", "edited", "chosen"].map((kind) => svg("path", { class: `lg-${kind}` }));
    const bar = svg("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" }, paths);
    return { paths, bar, name: h("span", { class: "lg-name" }), cost: h("span", { class: "lg-cost" }), stretches: [] };
  });
  const body = h(
    "div",
    onPick
      ? { class: "lg-bars", role: "slider", tabindex: 0, "aria-label": "Layer read", "aria-valuemin": 1 }
      : { class: "lg-bars", role: "img" },
    lines.flatMap(({ bar, name, cost }) => [name, bar, cost]),
  );
  let rows = [],
    at = 0,
    stages = [];
  function keydown(event) {
    const stage = stages.findIndex((one) => one.rows.includes(rows[at]));
    const first = (k) => rows.indexOf(stages[clamp(k, 0, stages.length - 1)].rows[0]);
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: first(stage + 1),
      PageUp: first(stage - 1),
    }[event.key];
    if (to === undefined || modified(event)) return;
    event.preventDefault();
    event.stopPropagation();
    onPick(rows[clamp(to, 0, rows.length - 1)].name);
  }
  function point(event, { bar, stretches }) {
    const { left, width } = bar.getBoundingClientRect(),
      place = (1000 * (event.clientX - left)) / width;
    const found = stretches.find(({ right }) => place <= right) ?? stretches.at(-1);
    if (found) onPick(found.row.name);
  }
  if (onPick) {
    body.addEventListener("keydown", keydown);
    for (const line of lines) {
      line.bar.addEventListener("pointerdown", (event) => point(event, line));
      line.bar.addEventListener("pointermove", (event) => event.buttons && point(event, line));
    }
  }
  const block = ({ left, right }) =>
    `M${left.toFixed(2)} 1H${Math.max(left + 0.4, right - (right - left > 3 ? 1.2 : 0)).toFixed(2)}V19H${left.toFixed(2)}Z`;
  function drawLine({ paths, name, cost, ...line }, stage, measure, total, chosen) {
    const { stretches } = line,
      share = sumOf(stage.rows, measure),
      kinds = { Conv2D: 0, Dense: 1 };
    const pieces = ["", "", "", "", ""];
    for (const one of stretches) {
      pieces[one.row.edited ? 3 : (kinds[one.row.kind] ?? 2)] += block(one);
      if (one.row === chosen)
        pieces[4] = `M${one.left.toFixed(2)} 0H${Math.max(one.left + 2, one.right).toFixed(2)}V20H${one.left.toFixed(2)}Z`;
    }
    pieces.forEach((d, i) => paths[i].setAttribute("d", d));
    const last = stage.rows.findLast(({ kind }) => kind === "Conv2D");
    const text = stage.name === "dense" ? "dense" : `${stage.name} \u00b7 ${last.side}\u00b2`;
    if (name.textContent !== text) name.textContent = text;
    const told = share ? `${amount(share, measure)} \u00b7 ${wholePercent(share / total)}` : "none";
    if (cost.textContent !== told) cost.textContent = told;
    return `${stage.name} ${told}`;
  }
  function draw({ title, rows: next, measure, most, chosen }) {
    rows = next;
    at = rows.indexOf(chosen);
    stages = stagesOf(rows);
    const total = sumOf(rows, measure);
    head.replaceChildren(h("b", {}, title), ` ${inUnits(total, measure)}`);
    const told = stages.map((stage, i) => {
      lines[i].stretches = stretchesOf(stage.rows, measure, most);
      return drawLine(lines[i], stage, measure, total, chosen);
    });
    if (!onPick) return body.setAttribute("aria-label", `${title}: ${told.join(", ")}`);
    const said = { "aria-valuenow": at + 1, "aria-valuemax": rows.length, "aria-valuetext": rowText(chosen) };
    for (const [name, value] of Object.entries(said)) body.setAttribute(name, value);
  }
  return { el: h("div", { class: "lg-network" }, head, body), draw };
}

const KINDS = {
  Conv2D: "convolution",
  Dense: "dense",
  BatchNormalization: "batch normalisation",
  MaxPooling2D: "max pooling",
  AveragePooling2D: "average pooling",
  GlobalAveragePooling2D: "global average pooling",
};
/** A row's facts, [what, value] each. */
function factsOf(row) {
  const { conv } = row,
    stepped = conv?.step > 1 ? `, stride ${conv.step}` : "",
    halves = conv?.groups > 1 ? `, ${conv.groups} groups` : "";
  return [
    ["layer", row.name.replaceAll("_", "_\u200b")],
    ["kind", `${conv ? `${times(conv.size, conv.size)} ` : ""}${KINDS[row.kind]}${stepped}${halves}`],
    ["output", row.kind === "Dense" ? String(row.maps) : `${times(row.side, row.side)} \u00d7 ${row.maps}`],
    ["parameters", row.parameters.toLocaleString("en")],
    ["multiply-accumulates", row.macs.toLocaleString("en")],
    ["memory", amount(4 * row.values, "memory")],
    ["receptive field", `${row.field} pixels`],
  ];
}
const rowText = (row) =>
  factsOf(row)
    .map(([what, value]) => `${what} ${value.replaceAll("\u200b", "")}`)
    .join(", ");

/** What an edit keeps and what it costs. Returns { el, draw }. */
function editTable() {
  const body = h("tbody"),
    heads = ["kernels", "reads", "parameters", "multiply-accumulates", "ReLUs"];
  const head = h(
    "thead",
    {},
    h(
      "tr",
      {},
      heads.map((text) => h("th", { scope: "col" }, text)),
    ),
  );
  const el = h("table", { class: "lg-edit", "aria-label": "The edit" }, head, body);
  function draw(edit) {
    el.hidden = !edit;
    if (!edit) return;
    const [before, after] = [edit.before, edit.after].map(costsOf);
    const row = (name, cells) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, name),
        cells.map((text) => h("td", {}, text)),
      );
    const told = ({ reads, parameters, macs, kinks }) => [
      times(reads, reads),
      parameters.toLocaleString("en"),
      amount(macs, "macs"),
      String(kinks),
    ];
    body.replaceChildren(
      row(kernelsText(edit.kernels[0]), told(before)),
      row(kernelsText(edit.kernels[1]), told(after)),
      row("in %", [
        after.reads === before.reads ? "kept" : "changed",
        ...[after.parameters / before.parameters, after.macs / before.macs].map((share) => percent(share)),
        "",
      ]),
    );
  }
  return { el, draw };
}

/** The controls, each setting its traits. Returns { above, measure, chart, draw(state) }. */
function controlsOf(model) {
  const set = (name, more) => (value) => put(model, { [name]: value, ...more });
  const options = Object.entries(NETWORKS).map(([key, { title }]) => [key, title]);
  const network = menu({ label: "Network", options, onInput: set("network", { layer: "", edit: "" }) }),
    beside = menu({ label: "Beside it", options: [["", "none"], ...options], onInput: set("beside") });
  const size = slider({
    label: "Image",
    min: 96,
    max: 448,
    step: 32,
    value: 224,
    show: (side) => times(side, side),
    onInput: (side) => put(model, { size: side === 224 ? null : side }),
  });
  const width = slider({
    label: "Width",
    min: 0.25,
    max: 2,
    step: 0.05,
    value: 1,
    show: (by) => `\u00d7 ${format(by)}`,
    onInput: set("width"),
  });
  const reset = button("As published", () => put(model, { size: null, width: 1, edit: "" }));
  const measure = choice({
    label: "Bars of",
    value: "macs",
    onInput: set("measure"),
    options: [
      ["macs", "multiply-accumulates"],
      ["parameters", "parameters"],
      ["memory", "memory"],
    ],
  });
  const accuracy = choice({
    label: "Accuracy",
    options: [
      ["top-1", "top-1"],
      ["top-5", "top-5"],
    ],
    onInput: set("accuracy"),
  });
  const shown = PROTOCOLS.map((protocol) =>
    toggle({
      label: protocol,
      onInput: (on) =>
        put(model, {
          protocols: PROTOCOLS.filter((one) => (one === protocol ? on : model.get("protocols").includes(one))),
        }),
    }),
  );
  const every = toggle({ label: "count all crops", onInput: set("every_crop") });
  function draw(state) {
    const side = state.size ?? usualSize(state.network);
    for (const [control, value] of [
      [network, state.network],
      [beside, state.beside],
      [size, side],
      [width, state.width],
    ])
      control.set(value);
    for (const [control, value] of [
      [measure, state.measure],
      [accuracy, state.accuracy],
      [every, state.every_crop],
    ])
      control.set(value);
    shown.forEach((one, i) => one.set(state.protocols.includes(PROTOCOLS[i])));
    reset.setAttribute("aria-disabled", isPublished(state));
  }
  return {
    above: [network.el, beside.el, size.el, width.el, reset],
    measure: measure.el,
    chart: [accuracy.el, ...shown.map(({ el }) => el), every.el],
    draw,
  };
}

/** The chart's marks and names for a state. */
function chartSpec(state) {
  const blobs = blobsOf(state),
    moved = movedBlob(state),
    mine = ({ network }) => network === state.network || network === state.beside;
  const [base, top] = HEIGHTS[state.accuracy];
  const cloud = (protocol, own) => {
    const those = blobs.filter((blob) => blob.protocol === protocol && mine(blob) === own);
    const column = (key, by = 1) => those.map((blob) => blob[key] / by);
    return {
      kind: "points",
      name: protocol,
      style: PROTOCOLS.indexOf(protocol),
      quiet: own,
      look: own ? "lg-own" : "lg-quiet",
      x: column("x", 1e9),
      y: column("y"),
      radii: column("r"),
      said: those.map(({ said }) => said),
    };
  };
  const clouds = [false, true].flatMap((own) => PROTOCOLS.map((protocol) => cloud(protocol, own))),
    marks = clouds.filter(({ y }) => y.length);
  if (moved)
    marks.push({
      kind: "points",
      name: "changed: no accuracy published",
      style: CHANGED,
      hollow: true,
      x: [moved.x / 1e9],
      y: [base + (top - base) / 8],
      radii: [moved.r],
      said: [`${titleOf(state.network)}, changed: ${inUnits(moved.x, "macs")}; nobody has published its accuracy`],
    });
  const xs = [...blobs.map(({ x }) => x / 1e9), moved ? moved.x / 1e9 : 1];
  const order = [...blobs].sort(
    (a, b) => mine(b) - mine(a) || PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol),
  );
  return {
    label: "Accuracy against operations",
    marks,
    legend: true,
    x: {
      label: `billions of multiply-accumulates${state.every_crop ? ", of all crops and networks" : " for one crop"}`,
      log: true,
      domain: [0.7 * Math.min(0.8, ...xs), 1.6 * Math.max(20, ...xs)],
    },
    y: { label: `${state.accuracy} accuracy in %`, domain: [base, top] },
    labels: ({ box, sx, sy }) => {
      const spot = ({ network, x, y, r }, i) => {
        const first = order.findIndex((one) => one.network === network) === i;
        return { px: sx(x / 1e9), py: sy(y), r, text: first && shortName(network) };
      };
      return placedNames(order.map(spot), box);
    },
  };
}
const shortName = (network) => titleOf(network).replace(" (one weird trick)", " OWT");

function guessesOf(stateOf, { bars, read, said, plot, edit }) {
  const rows = () => rowsOf(stateOf()),
    title = () => titleOf(stateOf().network);
  const share = (what, kind, measure) => ({
    question: () => `What share of ${title()}\u2019s ${MEASURES[measure]} sits in its ${what}?`,
    unit: "%",
    min: 0,
    max: 100,
    cover: [bars, read, said],
    answer: () => 100 * shareIn(rows(), kind, measure),
  });
  const twice = (more) => totalsOf(rowsOf({ ...stateOf(), ...more }));
  const side = () => stateOf().size ?? usualSize(stateOf().network);
  return {
    dense_share: share("dense layers", "Dense", "parameters"),
    conv_share: share("convolutions", "Conv2D", "macs"),
    twice_the_size: {
      question: () =>
        `The image becomes twice as wide and twice as high. By what factor do ${title()}\u2019s parameters grow?`,
      min: 0.1,
      max: 20,
      because: () => {
        const dense = rows().find(({ kind }) => kind === "Dense"),
          mean = rows().some(({ kind, name }) => kind === "GlobalAveragePooling2D" && name === "avg_pool");
        return `Kernels know no size. ${mean ? `Its global average pooling hands ${dense.name} as many numbers as before.` : `But ${dense.name} has a weight for each place of the last maps.`}`;
      },
      answer: () => twice({ size: 2 * side() }).parameters / totalsOf(rows()).parameters,
    },
    twice_the_width: {
      question: () =>
        `Every layer of ${title()} gets twice as many maps. By what factor do its multiply-accumulates grow?`,
      min: 0.1,
      max: 20,
      because:
        "Twice as many maps are read for each of twice as many; only the first layer, whose three colours stay three, and the last, whose 1,000 classes stay, merely double.",
      answer: () => twice({ width: 2 * stateOf().width }).macs / totalsOf(rows()).macs,
    },
    edit_share: {
      question() {
        const own = plainRows(stateOf()),
          row = readRow({ ...stateOf(), layer: stateOf().edit || stateOf().layer }, own),
          offer = offerOf(own, row.name);
        if (!offer) return "Choose a layer whose kernel can be replaced.";
        return `At ${row.name}, ${kernelsText(offer.before)} become ${kernelsText(offer.after)} that read the same pixels. How many parameters has the new, in % of the old?`;
      },
      unit: "%",
      min: 0,
      max: 5000,
      cover: [edit, bars, read],
      answer() {
        const own = plainRows(stateOf()),
          found = editOf(own, readRow({ ...stateOf(), layer: stateOf().edit || stateOf().layer }, own).name);
        return found ? (100 * costsOf(found.after).parameters) / costsOf(found.before).parameters : NaN;
      },
    },
    cheaper: {
      question: () =>
        `Among all networks judged on a single crop (${stateOf().accuracy}), take the cheapest that errs no more than ${title()}. How many times as many operations does ${title()} need?`,
      min: 1,
      max: 100,
      cover: [plot],
      because() {
        const { network, y, own } = cheaper(stateOf());
        return `The cheapest is ${titleOf(network)}: ${format(y)}\u00a0% against ${format(own)}\u00a0%.`;
      },
      answer: () => cheaper(stateOf()).factor,
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS);
  const controls = controlsOf(model),
    own = barsView((name) => put(model, { layer: name })),
    other = barsView(),
    facts = h("div", { class: "lg-facts" }),
    edit = editTable(),
    plot = chart({ height: 270 }),
    said = status();
  const act = button("", () => {
    const { edit: now } = stateOf();
    put(
      model,
      now && editOf(plainRows(stateOf()), now) ? { edit: "", layer: now } : { edit: act.dataset.layer, layer: "" },
    );
  });
  const key = h(
    "p",
    { class: "lg-key", "aria-hidden": "true" },
    ["conv", "dense", "other"].map((kind, i) =>
      h("span", {}, h("i", { class: `lg-${kind}` }), ["convolution", "dense", "other"][i]),
    ),
  );
  const read = h("div", { class: "lg-read" }, facts, act),
    bars = h("div", { class: "lg-stage" }, own.el, other.el),
    caption = h("span"),
    plotted = figure(
      h("span", {}, h("b", {}, "What accuracy costs"), ": areas are parameters", caption),
      h("div", { class: "xp-row lg-filter" }, controls.chart),
      plot.el,
    );
  root(el, "The ledger", "Choose a network, then click a bar or use arrow keys to read what a layer costs.").append(
    h("div", { class: "xp-row lg-controls" }, controls.above),
    h("div", { class: "xp-row lg-measure" }, controls.measure, key),
    bars,
    read,
    edit.el,
    plotted,
    said.el,
  );
  function draw() {
    const state = stateOf(),
      rows = rowsOf(state),
      beside = state.beside ? rowsOf(asPublished(state.beside)) : null,
      done = editOf(plainRows(state), state.edit),
      chosen = readRow({ ...state, layer: state.layer || (done ? done.after[0].name : "") }, rows);
    controls.draw(state);
    const stageCosts = [rows, ...(beside ? [beside] : [])].flatMap((one) =>
      stagesOf(one).map((stage) => sumOf(stage.rows, state.measure)),
    );
    const shared = { measure: state.measure, most: Math.max(...stageCosts) };
    own.draw({ title: titleOf(state.network), rows, chosen, ...shared });
    other.el.hidden = !beside;
    bars.classList.toggle("lg-both", Boolean(beside));
    if (beside) other.draw({ title: titleOf(state.beside), rows: beside, ...shared });
    facts.replaceChildren(...factsOf(chosen).map(([what, value]) => step(what, value)));
    const offer = done ? null : offerOf(rows, chosen.name);
    act.hidden = !done && !offer;
    act.dataset.layer = chosen.name;
    act.textContent = done
      ? `Back to ${kernelsText(done.kernels[0])}`
      : offer
        ? `Make ${kernelsText(offer.before)} ${kernelsText(offer.after)}`
        : "";
    edit.draw(done);
    caption.textContent = state.every_crop ? "; entries that state no number of crops are left out" : "";
    plot.draw(chartSpec(state));
    said.say(sentence(state), rowText(chosen));
  }
  const unfollow = follow(model, TRAITS, draw);
  const guesses = guessesOf(stateOf, { bars, read, said: said.el, plot: plotted, edit: edit.el });
  const unteach = lesson({ model, el, traits: TRAITS, guesses, tours: TOURS, checks: CHECKS });
  return () => {
    unfollow();
    unteach();
    plot.stop();
    said.stop();
  };
}

export default { render };
