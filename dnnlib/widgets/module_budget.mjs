// A module on a budget: branches side by side or a dense block, what they cost, what they see, and an order to meet.

import { Walk, denseLayer, squeezed, totalsOf } from "./shared/architectures.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { button, choice, follow, h, menu, percent } from "./shared/ui.mjs";
import { put, root, slider, status, svg, times, toggle, traitsOf } from "./shared/ui.mjs";

// ---- The module and its costs ----

const SIZES = { "1x1": [1], "3x3": [3], "5x5": [5], "3x3 twice": [3, 3], pool: [] };
const TITLES = {
  "1x1": "1 \u00d7 1",
  "3x3": "3 \u00d7 3",
  "5x5": "5 \u00d7 5",
  "3x3 twice": "3 \u00d7 3 twice",
  pool: "pooling",
};
const MOST = 5; // branches, as many as there are colours
const NAIVE = [
  ["1x1", 0, 64],
  ["3x3", 0, 128],
  ["5x5", 0, 32],
  ["pool", 0, 0],
];
const INCEPTION = [
  ["1x1", 0, 64],
  ["3x3", 96, 128],
  ["5x5", 16, 32],
  ["pool", 0, 32],
];

/** The pixels along a side that convolutions of these sizes, one behind the other, read together. */
const readBy = (sizes) => 1 + sum(sizes.map((size) => size - 1));
const isWide = (kind) => readBy(SIZES[kind]) > 1;

/**
 * The module of a state: { rows, parts, maps }. Parts stand in the order of their maps: { name, maps, kernel (the pixels
 * along a side that its kernels read), field (with poolings), rows, squeeze }; the first of a dense block is what came in.
 */
export function moduleOf(state) {
  const walk = new Walk(1),
    input = { side: state.side, maps: state.channels, field: 1, stride: 1 };
  const parts = state.block === "dense" ? layersOf(walk, input, state) : branchesOf(walk, input, state.branches);
  const maps = sum(parts.map((part) => part.maps)),
    field = Math.max(...parts.map((part) => part.field)),
    before = walk.rows.length;
  if (state.gate && maps >= 16) {
    const out = squeezed(walk, { ...input, maps, field }, "gate");
    parts.push({ name: "gate", maps: 0, kernel: 0, field: out.field, rows: walk.rows.slice(before) });
  }
  return { rows: walk.rows, parts, maps };
}

function branchesOf(walk, input, branches) {
  return branches.map(([kind, squeeze, maps], i) => {
    const start = walk.rows.length,
      name = `branch${i + 1}`,
      narrow = isWide(kind) ? squeeze : 0;
    let x = input;
    if (kind === "pool") x = walk.pool(x, 3, 1, `${name}_pool`, "same");
    if (narrow) x = walk.conv(x, narrow, 1, `${name}_squeeze`);
    if (kind === "pool" && maps) x = walk.conv(x, maps, 1, `${name}_1x1`);
    for (const [j, size] of SIZES[kind].entries()) x = walk.conv(x, maps, size, `${name}_${size}x${size}_${j + 1}`);
    const rows = walk.rows.slice(start);
    return { name: TITLES[kind], maps: x.maps, kernel: readBy(SIZES[kind]), field: x.field, rows, squeeze: narrow };
  });
}

function layersOf(walk, input, { layers, growth, bottleneck }) {
  const parts = [{ name: "what came in", maps: input.maps, kernel: 1, field: 1, rows: [] }];
  let x = input;
  for (let i = 1; i <= layers; i++) {
    const start = walk.rows.length;
    x = denseLayer(walk, x, growth, `block${i}`, bottleneck);
    parts.push({ name: `layer ${i}`, maps: growth, kernel: x.field, field: x.field, rows: walk.rows.slice(start) });
  }
  return parts;
}

/** The state without squeezes: wide kernels read all maps, and a pooling hands all of them on. */
export const withoutSqueezes = (state) => ({
  ...state,
  branches: state.branches.map(([kind, , maps]) => [kind, 0, kind === "pool" ? 0 : maps]),
  bottleneck: false,
});

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const costOf = (rows, measure) => totalsOf(rows)[measure];

/** The part that costs most, and its share of the whole. */
export function dearest(state) {
  const { rows, parts } = moduleOf(state),
    most = parts.reduce((best, part) => (costOf(part.rows, "macs") > costOf(best.rows, "macs") ? part : best));
  return { name: most.name, share: costOf(most.rows, "macs") / costOf(rows, "macs") };
}

/** The widest squeeze in front of the first wide kernel that costs no more than none: { kind, maps, squeeze }, or null. */
export function breakEven({ channels, branches }) {
  const found = branches.find(([kind]) => isWide(kind));
  if (!found) return null;
  const [kind, , maps] = found,
    read = SIZES[kind][0] ** 2 * maps; // weights for each map that the first kernel reads
  return { kind, maps, squeeze: Math.floor((read * channels) / (channels + read)) };
}

/** How many times the multiply-accumulates a dense block needs when it is twice as long. */
export function twiceTheLayers(state) {
  const macs = (layers) => costOf(moduleOf({ ...state, block: "dense", gate: false, layers }).rows, "macs");
  return macs(2 * state.layers) / macs(state.layers);
}

/** What a gate of 16 to 1 adds to the parameters, as a share of the module's own; NaN for fewer than 16 maps. */
export function gateShare(state) {
  const [own, gated] = [false, true].map((gate) => costOf(moduleOf({ ...state, gate }).rows, "parameters"));
  return moduleOf(state).maps >= 16 ? gated / own - 1 : NaN;
}

// ---- Orders ----

const THREE_A = { side: 28, channels: 192, maps: 256, wide: { 3: 160, 5: 32 } };
/** The orders: what comes in, what has to come out, the least squeeze, the budget, where one starts, and what one learns. */
export const GOALS = {
  price: {
    ...THREE_A,
    title: "1: module 3a",
    keep: 16,
    macs: 130e6,
    parameters: 165e3,
    start: { block: "branches", branches: NAIVE },
    learned:
      "A wide kernel pays for every map that it reads. So a 1 \u00d7 1 in front, which is cheap, hands it a few mixtures of all maps.",
  },
  half: {
    ...THREE_A,
    title: "2: half its price",
    keep: 32,
    macs: 70e6,
    parameters: 90e3,
    start: { block: "branches", branches: INCEPTION },
    learned:
      "Two 3 \u00d7 3 see what one 5 \u00d7 5 sees. Where they read as many maps as they make, that is 18 weights for 25.",
  },
  thin: {
    title: "3: few maps",
    side: 28,
    channels: 192,
    maps: 64,
    wide: { 3: 16, 5: 8 },
    keep: 96,
    macs: 32e6,
    parameters: 42e3,
    start: {
      block: "branches",
      branches: [
        ["1x1", 0, 48],
        ["3x3", 96, 8],
        ["5x5", 96, 8],
      ],
    },
    learned: "A squeeze has its own price. In front of a kernel that makes few maps it saves less than it costs.",
  },
  dense: {
    title: "4: a dense block",
    side: 56,
    channels: 64,
    maps: 256,
    field: 13,
    macs: 800e6,
    parameters: 260e3,
    start: { block: "dense", layers: 6, growth: 32, bottleneck: true },
    learned:
      "The block\u2019s 1 \u00d7 1 makes 4 times the growth rate, so it pays only in layers that read more than 7.2 times the growth rate. This short block has none of them.",
  },
};

/** An order's lines for a state: [{ wanted, have, met }], the first two words for people; none without an order. */
export function orderOf(state) {
  const goal = GOALS[state.challenge];
  if (!goal) return [];
  const { rows, parts, maps } = moduleOf(state),
    squeezes = parts.map(({ squeeze }) => squeeze).filter(Boolean),
    line = (wanted, have, met) => ({ wanted, have, met });
  const by = (least) => sum(parts.filter(({ kernel }) => kernel >= least).map((part) => part.maps));
  const lines = [line(`${goal.maps} maps, no more and no fewer`, String(maps), maps === goal.maps)];
  for (const [least, count] of Object.entries(goal.wide ?? {}))
    lines.push(line(`${count}+ by kernels ${times(least, least)} or wider`, String(by(least)), by(least) >= count));
  if (goal.field) {
    const seen = Math.max(...parts.map(({ kernel }) => kernel));
    lines.push(line(`some that see ${times(goal.field, goal.field)} pixels`, times(seen, seen), seen >= goal.field));
  }
  if (goal.keep) {
    const least = Math.min(...squeezes);
    const have = squeezes.length ? String(least) : "no squeeze";
    lines.push(line(`squeezes to ${goal.keep} maps or more`, have, !(least < goal.keep)));
  }
  for (const measure of ["macs", "parameters"]) {
    const cost = costOf(rows, measure);
    lines.push(line(`at most ${amount(goal[measure])} ${SHORT[measure]}`, amount(cost), cost <= goal[measure]));
  }
  if (state.side !== goal.side || state.channels !== goal.channels)
    lines.push(line(`from ${shape(goal)}`, shape(state), false));
  return lines;
}

// ---- In words ----

const MEASURES = { macs: "multiply-accumulates", parameters: "parameters" };
const shape = ({ side, channels }) => `${times(side, side)} \u00d7 ${channels}`;
/** A number in few letters: 1.04 G, 128 M, 163,696. */
export function amount(value) {
  if (value < 999_500) return Math.round(value).toLocaleString("en");
  return value < 999.5e6 ? `${readable(value / 1e6)}\u00a0M` : `${readable(value / 1e9)}\u00a0G`;
}
const SHORT = { macs: "operations", parameters: "parameters" },
  HEADS = { macs: "Operations (multiply-accumulates)", parameters: "Parameters" };
const inUnits = (value, measure) => `${amount(value)} ${MEASURES[measure]}`;

/** The state in a sentence or two. */
export function sentence(state) {
  const { rows, maps } = moduleOf(state),
    all = totalsOf(rows),
    bare = moduleOf(withoutSqueezes(state)),
    left = all.macs / costOf(bare.rows, "macs"),
    { name, share } = dearest(state);
  const spare = state.block === "dense" ? "bottlenecks" : "squeezes";
  const compared =
    left === 1
      ? `It has no ${spare}.`
      : `That is ${percent(left)} of what it would need without its ${spare}, for ${bare.maps} maps.`;
  return (
    `${times(state.side, state.side)} \u00d7 ${maps} come out, for ${inUnits(all.macs, "macs")} and ` +
    `${inUnits(all.parameters, "parameters")}. ${compared} ${share ? `Of the operations, ${percent(share)} are in ${name}.` : ""}`
  );
}

/** How many of the maps see how many pixels. */
export function seenText(parts) {
  const seen = new Map();
  for (const { field, maps } of parts) if (maps) seen.set(field, (seen.get(field) ?? 0) + maps);
  const told = [...seen].sort(([a], [b]) => a - b).map(([field, maps]) => `${maps} see ${times(field, field)}`),
    gated = parts.at(-1).name === "gate" ? " Through the gate each depends on all." : "";
  return `Of the maps, ${told.join(", ")} pixels.${gated}`;
}

// ---- The view ----

const TRAITS = [
  "challenge",
  "block",
  "side",
  "channels",
  "branches",
  "layers",
  "growth",
  "bottleneck",
  "gate",
  "measure",
];
const branchFits = (branch) =>
  Array.isArray(branch) &&
  branch.length === 3 &&
  Object.hasOwn(SIZES, branch[0]) &&
  whole(branch[1], 0, 1024) &&
  whole(branch[2], branch[0] === "pool" ? 0 : 1, 1024);
export const CHECKS = {
  challenge: oneOf("", ...Object.keys(GOALS)),
  block: oneOf("branches", "dense"),
  side: (value) => whole(value, 1, 112),
  channels: (value) => whole(value, 8, 1024),
  branches: (value) => Array.isArray(value) && whole(value.length, 1, MOST) && value.every(branchFits),
  layers: (value) => whole(value, 1, 12),
  growth: (value) => whole(value, 4, 64),
  bottleneck: flag,
  gate: flag,
  measure: oneOf(...Object.keys(MEASURES)),
};

const INPUTS = [
  [28, 192],
  [28, 256],
  [14, 480],
  [7, 832],
  [56, 64],
];
const inputKey = ({ side, channels }) => `${side} ${channels}`;
const startOf = (challenge) => {
  const { side, channels, start } = GOALS[challenge];
  return { challenge, side, channels, gate: false, ...start };
};

const ROOM = { challenge: "", block: "branches", side: 28, channels: 192, gate: false, measure: "macs" };
const TOURS = {
  module: [
    [
      { ...ROOM, branches: NAIVE },
      "The naive module: every branch reads all 192 maps. The pooling hands all of them on, so the next module has 416 to read, and the wide kernels cost nearly everything.",
    ],
    [
      { ...ROOM, branches: INCEPTION },
      "GoogLeNet\u2019s module 3a squeezes first: the 3 \u00d7 3 reads 96 maps and the 5 \u00d7 5 only 16. Fewer than half of the operations are left, and 256 maps come out.",
    ],
    [
      { ...ROOM, branches: [...INCEPTION.slice(0, 2), ["3x3 twice", 16, 32], INCEPTION[3]] },
      "Two 3 \u00d7 3 for the 5 \u00d7 5 would be dearer here: behind a squeeze to 16 the 5 \u00d7 5 reads only those, but the second 3 \u00d7 3 reads 32.",
    ],
    [
      {
        ...ROOM,
        branches: [
          ["1x1", 0, 48],
          ["3x3", 96, 8],
        ],
      },
      "A squeeze that does not pay: in front of a kernel that makes only 8 maps, the 1 \u00d7 1 costs more than it saves. Compare the two bars of the cost.",
    ],
    [
      { ...ROOM, branches: INCEPTION, gate: true, measure: "parameters" },
      "A gate of squeeze and excitation sees every pixel through the means of the maps. It adds a twentieth to the parameters and next to nothing to the operations.",
    ],
    [
      { ...ROOM, block: "dense", side: 56, channels: 64, layers: 6, growth: 32, bottleneck: false },
      "A dense block: each layer adds 32 maps and reads all that came before, so the layers get dearer from first to last.",
    ],
  ],
};

/** The pixels that a part's maps see, as a square in the square of the widest view. Returns { el, draw }. */
function seenView() {
  const frame = svg("path", { class: "mb-frame" }),
    pixels = svg("path", { class: "mb-pixels" });
  const el = svg("svg", { class: "mb-seen", "aria-hidden": "true" }, frame, pixels);
  function draw(field, widest) {
    const at = (widest - field) / 2,
      one = (i) => (at + (i % field) + 0.08).toFixed(2),
      down = (i) => (at + Math.floor(i / field) + 0.08).toFixed(2);
    el.setAttribute("viewBox", `-0.2 -0.2 ${widest + 0.4} ${widest + 0.4}`);
    frame.setAttribute("d", `M0 0H${widest}V${widest}H0Z`);
    pixels.setAttribute(
      "d",
      Array.from({ length: field * field }, (_, i) => `M${one(i)} ${down(i)}h.84v.84h-.84Z`).join(""),
    );
  }
  return { el, draw };
}

/** Stretches one behind the other on a bar that is 1,000 long for `most`. Returns { el, draw(stretches, most, mark) }. */
function barView(label) {
  const el = svg("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", role: "img", "aria-label": label });
  function draw(stretches, most, { mark = 0, said = "" } = {}) {
    const paths = [];
    let left = 0;
    for (const { size, look } of stretches) {
      const right = left + (1000 * size) / most,
        end = Math.max(left + 1, right - (right - left > 8 ? 2 : 0));
      if (size)
        paths.push(svg("path", { class: look, d: `M${left.toFixed(2)} 2H${end.toFixed(2)}V18H${left.toFixed(2)}Z` }));
      left = right;
    }
    if (mark) paths.push(svg("path", { class: "mb-mark", d: `M${((1000 * mark) / most).toFixed(2)} -3V23` }));
    el.replaceChildren(...paths);
    el.setAttribute("aria-label", `${label}: ${said}`);
  }
  return { el, draw };
}

const lookOf = (row) => (row.kind !== "Conv2D" ? "mb-other" : row.conv.size === 1 ? "mb-one" : "mb-wide");
/** What the layers of a part cost, as stretches. */
const stretchesOf = (rows, measure) => rows.map((row) => ({ size: row[measure], look: lookOf(row) }));

/**
 * The cost of a part: a bar by layer, a mark where it would end without the squeeze, and the number.
 * Returns { el, draw(rows, bare, measure, most) }, bare the rows without the squeeze.
 */
function costView(name) {
  const bar = barView(`Cost of ${name}`),
    text = h("span", { class: "mb-number" });
  return {
    el: h("div", { class: "mb-cost" }, bar.el, text),
    draw(rows, bare, measure, most) {
      const [told, other] = [rows, bare].map((one) => amount(costOf(one, measure))),
        mark = rows.length > bare.length && costOf(bare, measure);
      text.textContent = told;
      const said = `${told} ${MEASURES[measure]}${mark ? `, without its squeeze ${other}` : ""}`;
      bar.draw(stretchesOf(rows, measure), most, { mark, said });
    },
  };
}

/** One branch: its kind, squeeze and maps to set, what it sees and costs. Returns { el, cost, draw }. */
function branchView(model, i) {
  const now = () => model.get("branches"),
    set = (at, value) =>
      put(model, { branches: now().map((one, j) => (j === i ? one.map((old, k) => (k === at ? value : old)) : one)) });
  const label = `branch ${i + 1}`;
  function chosen(kind) {
    const [, squeeze, maps] = now()[i];
    const branch = [kind, squeeze, kind === "pool" ? maps : Math.max(8, maps)];
    put(model, { branches: now().map((one, j) => (j === i ? branch : one)) });
  }
  const kind = menu({ label: `Kind of ${label}`, options: Object.entries(TITLES), onInput: chosen, shown: false }),
    squeeze = slider({
      label: "squeeze to",
      min: 0,
      max: 192,
      step: 8,
      value: 0,
      show: (maps) => (maps ? String(maps) : "none"),
      onInput: (maps) => set(1, maps),
    }),
    maps = slider({
      label: "maps",
      min: 8,
      max: 384,
      step: 8,
      value: 8,
      show: (count) => (count ? String(count) : `all ${model.get("channels")}`),
      onInput: (count) => set(2, count),
    });
  const remove = button("\u00d7", () => {
    if (now().length > 1) put(model, { branches: now().filter((_, j) => j !== i) });
  });
  remove.setAttribute("aria-label", `Remove ${label}`);
  const seen = seenView(),
    cost = costView(label);
  const el = h(
    "div",
    { class: `mb-branch mb-b${i}`, role: "group", "aria-label": `Branch ${i + 1}` },
    seen.el,
    kind.el,
    squeeze.el,
    maps.el,
    cost.el,
    remove,
  );
  function draw(state, part, bare, most) {
    const [name, narrow, count] = state.branches[i];
    kind.set(name);
    squeeze.el.classList.toggle("mb-away", !isWide(name));
    squeeze.set(narrow, { max: Math.max(state.channels, narrow) });
    maps.set(count, { min: name === "pool" ? 0 : 8, max: Math.max(384, count) });
    seen.draw(part.field, 5);
    cost.draw(part.rows, isWide(name) ? bare.rows : part.rows, state.measure, most);
    remove.setAttribute("aria-disabled", state.branches.length < 2);
  }
  return { el, cost: cost.el, draw };
}

/** A line that is only looked at: a layer of the dense block, or the gate. Returns { el, cost, draw }. */
function layerView(name, look) {
  const seen = seenView(),
    text = h("span", { class: "mb-told" }),
    cost = costView(name);
  const el = h("div", { class: `mb-layer ${look}` }, seen.el, text, cost.el);
  function draw(told, { rows, field }, bare, widest, { measure }, most) {
    text.textContent = told;
    seen.draw(field, widest);
    cost.draw(rows, bare.rows, measure, most);
  }
  return { el, cost: cost.el, draw };
}

/** As built and without squeezes, on one scale: costs and maps by part. Returns { el, draw(state) }. */
function comparison() {
  const titles = [h("b"), h("b", {}, "Maps that come out")],
    note = h("p", { class: "mb-note" });
  const lines = ["Cost as built", "Cost without squeezes", "Maps as built", "Maps without squeezes"].map((label) => ({
    name: h("span", { class: "mb-line" }),
    number: h("span", { class: "mb-number" }),
    bar: barView(label),
  }));
  const cells = (two) => two.flatMap(({ name, bar, number }) => [name, bar.el, number]);
  const el = h(
    "div",
    {},
    titles.flatMap((title, i) => [title, h("div", { class: "mb-totals" }, cells(lines.slice(2 * i, 2 * i + 2)))]),
    note,
  );
  function draw(state) {
    const both = [moduleOf(state), moduleOf(withoutSqueezes(state))],
      isDense = state.block === "dense",
      budget = GOALS[state.challenge]?.[state.measure] ?? 0;
    const look = ({ name }, j) => {
      if (name === "gate" || (isDense && !j)) return "mb-b5";
      return isDense ? `mb-d${j % 2}` : `mb-b${j}`;
    };
    const costs = both.map(({ parts }) => parts.map((part) => costOf(part.rows, state.measure))),
      maps = both.map(({ parts }) => parts.map((part) => part.maps));
    const pairs = [
      [costs, amount, Math.max(...costs.map(sum), 1.04 * budget), budget],
      [maps, String, Math.max(...maps.map(sum)), 0],
    ];
    for (const [i, { name, number, bar }] of lines.entries()) {
      const [sizes, text, longest, mark] = pairs[i >> 1],
        own = sizes[i % 2],
        said = text(sum(own));
      name.textContent = i % 2 ? `no ${isDense ? "bottleneck" : "squeeze"}` : "as built";
      number.textContent = said;
      bar.draw(
        own.map((size, j) => ({ size, look: look(both[i % 2].parts[j], j) })),
        longest,
        { mark, said },
      );
    }
    titles[0].textContent = HEADS[state.measure];
    note.textContent = `${seenText(both[0].parts)}${budget ? " The upright line is the budget." : ""}`;
  }
  return { el, draw };
}

/** The order, line by line with what there is, and the best so far. Returns { el, draw(state) }. */
function orderView(onNext) {
  const list = h("ul", { class: "mb-lines" }),
    head = h("p", { class: "mb-head" }),
    end = h("p", { class: "mb-end" }),
    next = button("Next challenge", onNext),
    best = new Map();
  const el = h("div", { class: "mb-order xp-panel" }, head, list, end, next);
  function draw(state) {
    const goal = GOALS[state.challenge],
      lines = orderOf(state),
      met = lines.every((line) => line.met),
      { macs } = totalsOf(moduleOf(state).rows);
    el.classList.toggle("mb-met", Boolean(goal) && met);
    head.replaceChildren(h("b", {}, goal ? `Order: of ${shape(goal)} make` : "No order: build what you like"));
    list.replaceChildren(
      ...lines.map(({ wanted, have, met: done }) =>
        h(
          "li",
          { class: done ? "mb-done" : "mb-open" },
          h("span", { class: "mb-tick", "aria-hidden": "true" }, done ? "\u2713" : "\u2717"),
          h("span", { class: "mb-wanted" }, wanted),
          h("b", { class: "mb-have" }, have),
          h("span", { class: "xp-sr" }, done ? "met" : "not met"),
        ),
      ),
    );
    if (goal && met) best.set(state.challenge, Math.min(macs, best.get(state.challenge) ?? macs));
    const record = best.get(state.challenge);
    const told = [
      goal && met ? `Delivered, with ${amount(goal.macs - macs)} operations to spare.` : "",
      goal && met ? goal.learned : "",
      record !== undefined && record < macs ? `Your best: ${amount(record)}.` : "",
    ];
    next.hidden = !goal || !met;
    end.textContent = goal
      ? told.filter(Boolean).join(" ")
      : "Choose a challenge above, or compare the module with the one that has no squeezes.";
  }
  return { el, draw, delivered: (key) => best.has(key) };
}

/** The controls above the module. Returns { el, low, next, draw(state, delivered) }; low stands under the branches. */
function controlsOf(model) {
  const set = (name) => (value) => put(model, { [name]: value });
  const challenge = menu({
    label: "Challenge",
    options: [...Object.entries(GOALS).map(([key, { title }]) => [key, title]), ["", "none"]],
    onInput: (key) => put(model, key ? startOf(key) : { challenge: "" }),
  });
  const input = menu({
    label: "Comes in",
    options: INPUTS.map(([side, channels]) => [inputKey({ side, channels }), shape({ side, channels })]),
    onInput(key) {
      const [side, channels] = key.split(" ").map(Number);
      put(model, { side, channels, challenge: "" });
    },
  });
  const block = choice({
      label: "Module",
      options: [
        ["branches", "branches"],
        ["dense", "dense block"],
      ],
      onInput: set("block"),
    }),
    measure = choice({
      label: "Bars of",
      options: Object.entries(SHORT),
      onInput: set("measure"),
    }),
    gate = toggle({ label: "gate at the end", onInput: set("gate") });
  const again = button("Start again", () => {
    const key = model.get("challenge");
    put(model, key ? startOf(key) : { branches: NAIVE });
  });
  function next() {
    const keys = Object.keys(GOALS);
    put(model, startOf(keys[(keys.indexOf(model.get("challenge")) + 1) % keys.length]));
    challenge.select.focus(); // the button that was pressed is gone
  }
  function draw(state, delivered) {
    for (const option of challenge.select.options) {
      const goal = GOALS[option.value];
      if (goal) option.textContent = `${delivered(option.value) ? "\u2713 " : ""}${goal.title}`;
    }
    challenge.set(state.challenge);
    input.set(inputKey(state));
    input.select.selectedOptions[0].textContent = shape(state);
    block.set(state.block);
    measure.set(state.measure);
    gate.set(state.gate);
  }
  const row = [challenge.el, input.el, block.el, again];
  return { el: h("div", { class: "xp-row mb-controls" }, row), low: [gate.el, measure.el], next, draw };
}

/** The dense block: its length, growth and bottlenecks to set, and its layers. Returns { el, costs, draw }. */
function denseView(model) {
  const set = (name) => (value) => put(model, { [name]: value });
  const layers = slider({ label: "layers", min: 1, max: 12, value: 6, onInput: set("layers") }),
    growth = slider({ label: "growth rate", min: 4, max: 64, step: 4, value: 32, onInput: set("growth") }),
    bottleneck = toggle({ label: "1 \u00d7 1 in front of each 3 \u00d7 3", onInput: set("bottleneck") });
  const views = Array.from({ length: 12 }, (_, i) => layerView(`layer ${i + 1}`, "mb-b0"));
  const rows = views.map(({ el }) => el);
  const el = h("div", {}, h("div", { class: "xp-row mb-dense" }, layers.el, growth.el, bottleneck.el), rows);
  function draw(state, parts, bare, most) {
    layers.set(state.layers);
    growth.set(state.growth);
    bottleneck.set(state.bottleneck);
    for (const [i, view] of views.entries()) {
      view.el.hidden = i >= state.layers;
      const part = parts[i + 1];
      if (i >= state.layers) continue;
      const told = `layer ${i + 1} reads ${state.channels + i * state.growth}, adds ${state.growth}`;
      view.draw(told, part, bare[i + 1], parts[state.layers].field, state, most);
    }
  }
  return { el, costs: views.map(({ cost }) => cost), draw };
}

function guessesOf(stateOf, cover) {
  const spare = () => (stateOf().block === "dense" ? "bottlenecks" : "squeezes"),
    macs = (state) => costOf(moduleOf(state).rows, "macs"),
    even = () => breakEven(stateOf());
  return {
    squeeze_share: {
      question: () =>
        `How many of its multiply-accumulates does the module keep, in % of those that it would need without its ${spare()}?`,
      unit: "%",
      min: 0,
      max: 1000,
      cover,
      answer: () => (100 * macs(stateOf())) / macs(withoutSqueezes(stateOf())),
    },
    dearest_share: {
      question: () =>
        `Which ${stateOf().block === "dense" ? "layer" : "branch"} costs most, and what share of all multiply-accumulates, in %, is its own?`,
      unit: "%",
      min: 0,
      max: 100,
      cover,
      because: () => `It is ${dearest(stateOf()).name}.`,
      answer: () => 100 * dearest(stateOf()).share,
    },
    naive_maps: {
      question: () => `How many maps would come out if nothing were squeezed, not even behind the pooling?`,
      min: 1,
      max: 10_000,
      cover,
      because: "A pooling changes no number of maps: without the 1 \u00d7 1 behind it, all that came in come out.",
      answer: () => moduleOf(withoutSqueezes(stateOf())).maps,
    },
    break_even: {
      question() {
        if (!even()) return "Add a branch with a wide kernel.";
        const { kind, maps } = even();
        return `The ${TITLES[kind]} reads ${stateOf().channels} maps and makes ${maps}. To how many maps may the 1 \u00d7 1 in front squeeze them at most, so that the branch costs no more multiply-accumulates than without it?`;
      },
      min: 0,
      max: 1024,
      cover,
      because:
        "With s maps behind the squeeze, the 1 \u00d7 1 costs C \u00b7 s at each place, and the kernel reads s instead of C maps.",
      answer: () => even()?.squeeze ?? NaN,
    },
    gate_share: {
      question: "A gate of squeeze and excitation is put behind the module. By how many % do the parameters grow?",
      unit: "%",
      min: 0,
      max: 1000,
      cover,
      answer: () => 100 * gateShare(stateOf()),
    },
    twice_the_layers: {
      question() {
        const { layers, growth, channels, bottleneck } = stateOf();
        return `A dense block reads ${channels} maps; its ${layers} layers add ${growth} each, ${bottleneck ? "with" : "without"} bottlenecks. It gets ${2 * layers} layers. By what factor do its multiply-accumulates grow?`;
      },
      min: 0.5,
      max: 20,
      cover,
      because: "The layers that are added read more maps than those before them.",
      answer: () => twiceTheLayers(stateOf()),
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS);
  const controls = controlsOf(model),
    branches = Array.from({ length: MOST }, (_, i) => branchView(model, i)),
    dense = denseView(model),
    gate = layerView("the gate", "mb-b5"),
    totals = comparison(),
    order = orderView(controls.next),
    said = status();
  const add = button("Add a branch", () => {
    const now = model.get("branches");
    if (now.length < MOST) put(model, { branches: [...now, ["3x3", 32, 32]] });
  });
  const key = h(
    "p",
    { class: "mb-key", "aria-hidden": "true" },
    ["one", "wide", "bare"].map((look, i) =>
      h("span", {}, h("i", { class: `mb-${look}` }), ["1 \u00d7 1", "3 \u00d7 3, 5 \u00d7 5", "no squeeze"][i]),
    ),
  );
  const rows = h(
    "div",
    {},
    branches.map((one) => one.el),
  );
  const below = h("div", { class: "mb-add" }, add, controls.low, key);
  root(
    el,
    "A module on a budget",
    "Choose a challenge. Then change the module until every line of the order is ticked.",
  ).append(controls.el, rows, dense.el, gate.el, below, h("div", { class: "mb-stage" }, order.el, totals.el), said.el);
  function draw() {
    const state = stateOf(),
      { parts, maps } = moduleOf(state),
      isDense = state.block === "dense",
      cost = (part) => costOf(part.rows, state.measure);
    const bare = moduleOf(withoutSqueezes(state)).parts,
      longest = Math.max(...[...parts, ...bare].map(cost));
    rows.hidden = isDense;
    dense.el.hidden = !isDense;
    add.hidden = isDense;
    add.setAttribute("aria-disabled", state.branches.length >= MOST);
    if (isDense) dense.draw(state, parts, bare, longest);
    else
      for (const [i, one] of branches.entries()) {
        one.el.hidden = i >= state.branches.length;
        if (i < state.branches.length) one.draw(state, parts[i], bare[i], longest);
      }
    const last = parts.at(-1);
    gate.el.hidden = last.name !== "gate";
    if (last.name === "gate") {
      const told = `gate: ${maps} means, ${Math.floor(maps / 16)} units, ${maps} gates; sees every pixel`;
      gate.draw(told, { ...last, field: 5 }, last, 5, state, longest);
    }
    totals.draw(state);
    order.draw(state);
    controls.draw(state, order.delivered);
    said.say(sentence(state), orderText(state));
  }
  const unfollow = follow(model, TRAITS, draw);
  const bars = [...branches.map(({ cost }) => cost), ...dense.costs, gate.cost];
  const guesses = guessesOf(stateOf, [...bars, order.el, totals.el, said.el]);
  const unteach = lesson({ model, el, traits: TRAITS, guesses, tours: TOURS, checks: CHECKS });
  return () => {
    unfollow();
    unteach();
    said.stop();
  };
}

/** How far the order is met, for the ear. */
function orderText(state) {
  const lines = orderOf(state),
    open = lines.filter(({ met }) => !met);
  if (!lines.length) return "";
  return open.length
    ? `Not met: ${open.map(({ wanted, have }) => `${wanted}, you have ${have}`).join("; ")}.`
    : "The order is met.";
}

export default { render };
