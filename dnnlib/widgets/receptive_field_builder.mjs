// The receptive field builder: which inputs a unit reads through a stack of convolutions and poolings.
// Positions count from 0; row 0 is the input and row l the output of layer l.

import { convOutputSize, convPadding } from "./shared/convolution.mjs";
import { coloursOf, onTheme } from "./shared/canvas.mjs";
import { button, cellName, clamp, compact, figure, follow, h, inFrame, many, menu } from "./shared/ui.mjs";
import { lesson } from "./shared/lesson.mjs";
import { whole } from "./shared/link.mjs";
import { modified, put, root, slider, status, svg, traitsOf, uid } from "./shared/ui.mjs";

const MAX_LAYERS = 7;
const convLayer = (kernel, stride = 1, dilation = 1, padding = "same") => ({
  kind: "conv",
  kernel,
  stride,
  dilation,
  padding,
});
const poolLayer = (kernel) => ({ kind: "pool", kernel, stride: kernel, dilation: 1, padding: "valid" });

export const STACKS = [
  ["Three 3\u00d73", [convLayer(3), convLayer(3), convLayer(3)]],
  ["One 7\u00d77", [convLayer(7)]],
  ["VGG: blocks 1 and 2", [convLayer(3), convLayer(3), poolLayer(2), convLayer(3), convLayer(3), poolLayer(2)]],
  ["Pooling between", [convLayer(3), poolLayer(2), convLayer(3), poolLayer(2), convLayer(3)]],
  ["Stride 2 first", [convLayer(3, 2), convLayer(3), convLayer(3), convLayer(3)]],
  ["Stride 2 last", [convLayer(3), convLayer(3), convLayer(3), convLayer(3, 2)]],
  ["Dilated 1, 2, 4, 8 (WaveNet)", [1, 2, 4, 8].map((d) => convLayer(2, 1, d, "valid"))],
  ["Dilated 2, 2, 2 (holes)", [2, 2, 2].map((d) => convLayer(3, 1, d))],
];

const asText = (layers) =>
  JSON.stringify(
    layers.map(({ kind, kernel, stride, dilation, padding }) => [
      kind,
      kernel,
      stride,
      dilation,
      padding === 0 ? "valid" : padding,
    ]),
  );

/** Layers as the link holds them: "conv-3-1-1-same_pool-2-2-1-valid". */
export const layersText = (layers) =>
  layers
    .map(({ kind, kernel, stride, dilation, padding }) => [kind, kernel, stride, dilation, padding].join("-"))
    .join("_");

/** And back; undefined where a text names no layers that Python would take. */
export function layersFrom(text) {
  const layers = text.split("_").map((one) => {
    const [, kind, kernel, stride, dilation, padding] =
      /^(conv|pool)-(\d+)-(\d+)-(\d+)-(valid|same|\d+)$/.exec(one) ?? [];
    const numbers = { kernel: Number(kernel), stride: Number(stride), dilation: Number(dilation) };
    return { kind, ...numbers, padding: /\d/.test(padding) ? Number(padding) : padding };
  });
  const within = (value, least, most) => value >= least && value <= most;
  const fits = ({ kind, kernel, stride, dilation, padding }) =>
    within(kernel, 1, 11) &&
    within(stride, 1, 4) &&
    within(dilation, 1, kind === "pool" ? 1 : 16) &&
    (typeof padding === "string" || within(padding, 0, 16));
  return layers.length <= MAX_LAYERS && layers.every(fits) ? layers : undefined;
}

const place = (least, most) => (value) => value === null || whole(value, least, most);
const CHECKS = {
  layers: { write: layersText, read: layersFrom },
  input_size: (value) => whole(value, 8, 64),
  layer: place(1, MAX_LAYERS),
  unit: place(0, 63),
  row: place(0, 63),
};

/** The name of the stack that has these layers, if one has. */
export const stackName = (layers) => STACKS.find(([, stack]) => asText(stack) === asText(layers))?.[0];

/** The input and each layer that fits: size, field, jump, start (centre of unit 0's field), pads of what it reads. */
export function fields(layers, size) {
  const rows = [{ size, field: 1, jump: 1, start: 0, pads: [0, 0] }];
  for (const { kernel, stride, dilation, padding } of layers) {
    const below = rows.at(-1);
    const pads = convPadding(below.size, kernel, stride, padding, dilation);
    const outputs = convOutputSize(below.size, kernel, stride, padding, dilation);
    if (outputs < 1) break;
    rows.push({
      size: outputs,
      field: below.field + (kernel - 1) * dilation * below.jump,
      jump: below.jump * stride,
      start: below.start + (((kernel - 1) * dilation) / 2 - pads[0]) * below.jump,
      pads,
    });
  }
  return rows;
}

/** The first and the last input position in a unit's field; they may lie outside the input, on padding. */
export function fieldOf(layers, size, layer, unit) {
  const { start, jump, field } = fields(layers, size)[layer];
  const first = start + unit * jump - (field - 1) / 2;
  return [first, first + field - 1];
}

/** For each row from the input up to the unit's: how many paths lead from it to each position, inside and outside. */
export function pathCounts(layers, size, layer, unit) {
  const rows = fields(layers, size);
  const counts = rows.slice(0, layer + 1).map((row) => ({ inside: new Array(row.size).fill(0), outside: {} }));
  counts[layer].inside[unit] = 1;
  for (let l = layer; l > 0; l--) {
    const { inside, outside } = counts[l - 1];
    counts[l].inside.forEach((paths, output) => {
      if (!paths) return;
      for (const position of taps(layers[l - 1], rows[l].pads[0], output)) {
        if (position >= 0 && position < inside.length) inside[position] += paths;
        else outside[position] = (outside[position] ?? 0) + paths;
      }
    });
  }
  return counts;
}

/** The positions of the row below that one output reads. */
export function taps({ kernel, stride, dilation }, before, output) {
  return Array.from({ length: kernel }, (_, k) => output * stride + k * dilation - before);
}

/** The unit meant by a state, always one that exists: unset is the last layer that fits, and its middle. */
export function chosenUnit(rows, { layer, unit, row }) {
  const at = clamp(layer ?? rows.length - 1, Math.min(1, rows.length - 1), rows.length - 1);
  const last = rows[at].size - 1;
  return { layer: at, unit: clamp(unit ?? (last + 1) >> 1, 0, last), row: clamp(row ?? (last + 1) >> 1, 0, last) };
}

/** The unit of a row whose field's centre lies nearest to an input position. */
export const nearestUnit = ({ size, start, jump }, position) =>
  clamp(Math.round((position - start) / jump), 0, size - 1);

/** What a unit reads, in words. */
export function readSentence(layers, size, layer, unit) {
  const { inside } = pathCounts(layers, size, layer, unit)[0];
  const read = inside.flatMap((paths, position) => (paths ? [position] : []));
  const [first, last] = [read[0], read.at(-1)];
  const range = last - first + 1;
  const [from, to] = fieldOf(layers, size, layer, unit);
  const outside = Math.max(0, -from) + Math.max(0, to - size + 1);
  const what = !read.length
    ? "no input at all"
    : range === 1
      ? `input ${first}: 1 of ${size}`
      : range === read.length
        ? `inputs ${first} to ${last}: ${range} of ${size}`
        : `only ${read.length} of the ${range} inputs from ${first} to ${last}`;
  const beyond = outside ? `; ${many(outside, "position")} of its field on padding` : "";
  return `Unit ${unit} of layer ${layer} reads ${what}${beyond}.`;
}

/** How many paths lead to the inputs of a unit's field, from the first that it reads to the last, in words. */
export function pathSentence(layers, size, layer, unit) {
  const { inside } = pathCounts(layers, size, layer, unit)[0];
  const first = inside.findIndex(Boolean),
    last = inside.findLastIndex(Boolean),
    counts = inside.slice(first, last + 1);
  if (first < 0) return "";
  if (first === last) return `It is reached by ${many(counts[0], "path")}.`;
  return counts.every((count) => count === counts[0])
    ? `Each of them is reached by ${many(counts[0], "path")}.`
    : `Paths from inputs ${first} to ${last}: ${counts.join(", ")}.`;
}

/** Why a layer's field is as large as it is, in words. */
export function growthSentence(layers, size, layer) {
  const { kernel, dilation } = layers[layer - 1];
  const [below, row] = fields(layers, size).slice(layer - 1);
  if (kernel === 1) return `Layer ${layer} has a kernel of 1: it adds nothing to the field of ${row.field}.`;
  const sum = `(${kernel} \u2212 1)\u00b7${dilation}\u00b7${below.jump} = ${row.field - below.field}`;
  return (
    `Layer ${layer} adds ${sum} to the field: ` +
    `its taps lie d\u00b7j = ${many(dilation * below.jump, "input")} apart.`
  );
}

/** Why the first layer that does not fit cannot be there, in words; "" where all fit. */
export function misfit(layers, size) {
  const rows = fields(layers, size),
    layer = rows.length;
  if (layer > layers.length) return "";
  const { kernel, dilation, padding } = layers[layer - 1];
  const { size: units } = rows.at(-1),
    [before, after] = convPadding(units, kernel, 1, padding, dilation);
  const span = many((kernel - 1) * dilation + 1, "position"),
    room = units + before + after;
  return (
    `Layer ${layer} does not fit: its kernel spans ${span}, and the row it reads has only ${room}` +
    `${room > units ? " with its padding" : ""}. Make the kernel, its dilation or the strides before it smaller, ` +
    "pad more, or take a larger input."
  );
}

/** Where things stand in the drawing of the rows, in pixels. Positions further outside than the margin are cut off. */
export function layout(rows, width) {
  const narrow = width < 420,
    gutter = narrow ? 44 : 66,
    n = rows[0].size,
    top = 14;
  const overhang = Math.max(
    ...rows.map((row, l) => {
      const [before, after] = rows[l + 1]?.pads ?? [0, 0];
      return Math.max(-row.start + before * row.jump, row.start + (row.size - 1 + after) * row.jump - (n - 1));
    }),
  );
  const margin = Math.min(Math.ceil(Math.max(0, overhang)), Math.ceil(n / 8));
  const step = (width - gutter - 4) / (n + 2 * margin);
  const gap = clamp(240 / Math.max(1, rows.length - 1), 42, 72);
  const x = (position) => gutter + (position + margin + 0.5) * step;
  const y = (l) => top + (rows.length - 1 - l) * gap;
  const cell = Math.min(step * 0.78, 18);
  const bars = y(0) + cell / 2 + 8;
  return { narrow, gutter, n, margin, step, gap, cell, x, y, bars, barHeight: 40, height: bars + 44 };
}

const upTo = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => [first + i, String(first + i)]);
const CHOICES = {
  kind: [
    ["conv", "conv"],
    ["pool", "pool"],
  ],
  kernel: upTo(1, 9),
  stride: upTo(1, 4),
  dilation: upTo(1, 8),
  padding: [["valid", "none"], ["same", "same"], ...upTo(1, 4)],
};

/** The table in which the layers are edited; edit(layers) takes them over. Returns { el, update }. */
function layerTable(edit) {
  const names = ["layer", "kernel k", "stride s", "dilation d", "padding", "units n", "jump j", "field r"];
  const words = (name) => name.split(" ").map((word, i) => (i ? h("i", {}, ` ${word}`) : word));
  const head = [...names.map(words), h("span", { class: "xp-sr" }, "order")];
  const th = (scope, ...children) =>
    h("th", { role: scope === "col" ? "columnheader" : "rowheader", scope }, ...children);
  const td = (label, ...children) => h("td", { role: "cell", "data-label": label }, ...children);
  const body = h("tbody", { role: "rowgroup" });
  const el = h(
    "table",
    { class: "rf-table", role: "table", "aria-label": "Layers" },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        head.map((name) => th("col", name)),
      ),
    ),
    body,
  );
  const result = () => ({ strong: h("b"), small: h("small") });
  let layers = [];

  const input = [result(), result(), result()],
    results = ["units n", "jump j", "field r"];
  const rule = [
    "each layer: ",
    h("i", {}, "r \u2190 r + (k \u2212 1)\u00b7d\u00b7j"),
    ", then ",
    h("i", {}, "j \u2190 j\u00b7s"),
  ];
  const inputRow = h(
    "tr",
    { role: "row", class: "rf-input" },
    th("row", "input"),
    h("td", { role: "cell", class: "rf-rule", colspan: 4 }, rule),
    results.map((label, i) => td(label, input[i].strong)),
    td(""),
  );

  function row(i) {
    const change = (name, value) => edit(layers.map((layer, at) => (at === i ? changed(layer, name, value) : layer)));
    const called = (name) => `${name[0].toUpperCase()}${name.slice(1)}, layer ${i + 1}`;
    const list = ([name, options]) => [
      name,
      menu({ label: called(name), options, onInput: (value) => change(name, value), shown: false }),
    ];
    const lists = Object.fromEntries(Object.entries(CHOICES).map(list)),
      { kind, ...numbers } = lists;
    const cells = { size: result(), jump: result(), field: result() };
    const bar = h("span", { class: "rf-bar", "aria-hidden": "true" }, h("i"), h("b"));
    const push = (sign, words, does) => button(sign, does, { "aria-label": words, title: words });
    const up = push("\u2191", `Move layer ${i + 1} earlier`, () => move(i, -1));
    const down = push("\u2193", `Move layer ${i + 1} later`, () => move(i, 1));
    const away = push("\u00d7", `Remove layer ${i + 1}`, () => remove(i));
    const tr = h(
      "tr",
      { role: "row" },
      th("row", h("span", { class: "rf-number" }, String(i + 1)), kind.el),
      Object.entries(numbers).map(([name, { el: field }]) => td(name, field)),
      td("units n", cells.size.strong),
      td("jump j", cells.jump.strong, cells.jump.small),
      td("field r", cells.field.strong, cells.field.small, bar),
      td("", h("span", { class: "rf-move" }, up, down, away)),
    );
    const told = names.slice(-3).map((name) => tr.querySelector(`[data-label="${name}"]`));
    return { tr, lists, cells, told, bar, up, down, away };
  }
  const rows = Array.from({ length: MAX_LAYERS }, (_, i) => row(i));

  function move(i, by) {
    const next = layers.slice();
    next.splice(i + by, 0, ...next.splice(i, 1));
    edit(next);
    const to = rows[i + by],
      key = by < 0 ? "up" : "down";
    (to[key].disabled ? to[by < 0 ? "down" : "up"] : to[key]).focus();
  }
  function remove(i) {
    edit(layers.filter((_, at) => at !== i));
    const next = rows[Math.min(i, layers.length - 1)];
    (next.away.disabled ? next.lists.kind.select : next.away).focus();
  }
  function write({ strong, small }, value, how = "") {
    if (strong.textContent !== value) strong.textContent = value;
    if (small.textContent !== how) small.textContent = how;
  }
  function update(next, fitting, chosen) {
    layers = next;
    const parts = rows.slice(0, layers.length);
    if (body.children.length !== parts.length + 1) body.replaceChildren(inputRow, ...parts.map(({ tr }) => tr));
    [fitting[0].size, 1, 1].forEach((value, i) => write(input[i], String(value)));
    const largest = fitting.at(-1).field;
    layers.forEach((layer, i) => {
      const { tr, lists, cells, bar, up, down, away } = rows[i],
        now = fitting[i + 1],
        below = fitting[i];
      for (const name of Object.keys(lists)) lists[name].set(layer[name] === 0 ? "valid" : layer[name]);
      lists.dilation.select.disabled = layer.kind === "pool";
      [up.disabled, down.disabled, away.disabled] = [i === 0, i === layers.length - 1, layers.length === 1];
      tr.classList.toggle("rf-chosen", i + 1 === chosen);
      tr.classList.toggle("rf-misfit", !now);
      write(cells.size, now ? String(now.size) : i === fitting.length - 1 ? "no fit" : "\u2013");
      write(cells.jump, now ? String(now.jump) : "\u2013", now ? `${below.jump}\u00b7${layer.stride}` : "");
      write(
        cells.field,
        now ? String(now.field) : "\u2013",
        now ? `${below.field} + ${layer.kernel - 1}\u00b7${layer.dilation}\u00b7${below.jump}` : "",
      );
      bar.firstChild.style.width = `${now ? (100 * below.field) / largest : 0}%`;
      bar.lastChild.style.width = `${now ? (100 * (now.field - below.field)) / largest : 0}%`;
    });
  }
  return { el, update, results: rows.flatMap(({ told }) => told) };
}

/** A layer with one value changed; a pool has no dilation, and steps by its kernel until told otherwise. */
export function changed(layer, name, value) {
  const next = { ...layer, [name]: value };
  if (name === "kind" && value === "pool") Object.assign(next, { kernel: 2, stride: 2, dilation: 1, padding: "valid" });
  if (name === "kind" && value === "conv") Object.assign(next, { kernel: 3, stride: 1, padding: "same" });
  if (next.kind === "pool" && name === "kernel" && layer.stride === layer.kernel) next.stride = clamp(value, 1, 4);
  return next;
}

/** Makes an element a field in which arrow keys and the pointer choose. keys and at(event) say what changes. */
function pointing(el, { keys, at, preview, pin }) {
  el.addEventListener("keydown", (event) => {
    if (modified(event) || !(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    pin(keys[event.key]());
  });
  el.addEventListener("pointerdown", (event) => pin(at(event)));
  el.addEventListener("pointermove", (event) => (event.buttons ? pin : preview)(at(event)));
  for (const name of ["pointerleave", "pointercancel"]) el.addEventListener(name, () => preview(null));
}

/** A rectangle with round corners, to go on from a point of an SVG path: the left end of its upper side. */
function rounded(width, height, r) {
  const corner = (dx, dy) => `a${r} ${r} 0 0 1 ${dx} ${dy}`,
    across = width - 2 * r,
    down = height - 2 * r;
  return `h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}Z`;
}

/** The rows of units with the paths of the chosen one. Returns { el, update, at(event) }. */
function unitRows() {
  const drawing = svg("svg", { class: "rf-rows", "aria-hidden": "true" });
  const [cone, lines, bars] = ["rf-cone", "rf-line", "rf-path"].map((name) => svg("path", { class: name }));
  const units = svg("g"),
    most = svg("text", { class: "rf-count" });
  let key = "",
    place,
    fitting;

  function build(layers, rows, width) {
    place = layout(rows, width);
    fitting = rows;
    const { gutter, n, margin, x, y, cell, step, height, barHeight } = place,
      right = gutter - 8;
    const clip = uid("clip"),
      middle = place.bars + barHeight / 2;
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.setAttribute("height", height);
    most.setAttribute("x", right);
    most.setAttribute("y", middle + 12);
    const edge = (from, to) =>
      svg("rect", { class: "rf-outside", x: x(from) - step / 2, width: (to - from) * step, y: 0, height: y(0) + cell });
    const names = rows.map((_, l) => nameOf(layers, l, right, y(l)));
    const frame = svg("rect", { x: gutter - 2, y: 0, width: width - gutter + 2, height });
    drawing.replaceChildren(
      svg("clipPath", { id: clip }, frame),
      svg(
        "g",
        { "clip-path": `url(#${clip})` },
        margin ? [edge(-margin, 0), edge(n, n + margin)] : [],
        cone,
        lines,
        units,
        bars,
      ),
      ...names,
      svg("text", { x: right, y: middle - 3, class: "rf-name" }, "paths"),
      most,
    );
  }
  function nameOf(layers, l, right, middle) {
    const { kind, kernel, stride, dilation } = layers[l - 1] ?? {};
    if (!l) return svg("text", { x: right, y: middle + 4, class: "rf-name" }, "input");
    if (place.narrow) return svg("text", { x: right, y: middle + 4, class: "rf-name" }, String(l));
    const step = stride > 1 && kind === "conv" ? ` s${stride}` : "",
      apart = dilation > 1 ? ` d${dilation}` : "";
    const detail = `${step && apart ? "" : `${kind} `}${kernel}${step}${apart}`;
    return svg(
      "g",
      {},
      svg("text", { x: right, y: middle - 1, class: "rf-name" }, `layer ${l}`),
      svg("text", { x: right, y: middle + 12, class: "rf-detail" }, detail),
    );
  }
  /** The units as one path for each look: far fewer elements than units, and the browser keeps them. */
  function paintUnits(counts, chosen) {
    const looks = new Map([
        ["rf-unit", ""],
        ["rf-pad", ""],
      ]),
      { x, y, cell, n, margin } = place;
    const shape = rounded(cell, cell, cell / 4);
    fitting.forEach(({ size, start, jump }, l) => {
      const [before, after] = fitting[l + 1]?.pads ?? [0, 0],
        { inside = [], outside = {} } = counts[l] ?? {};
      const largest = Math.max(...inside, ...Object.values(outside));
      for (let u = -before; u < size + after; u++) {
        const isUnit = u >= 0 && u < size,
          centre = start + u * jump;
        if (centre < -margin - 0.5 || centre > n + margin - 0.5) continue;
        const paths = (isUnit ? inside : outside)[u] ?? 0,
          isChosen = l === chosen.layer && u === chosen.unit;
        const look =
          `${isUnit ? "rf-unit" : "rf-pad"}${paths ? " rf-lit" : ""}${isChosen ? " rf-chosen" : ""}` +
          (isUnit && paths ? `:${(0.16 + (0.84 * paths) / largest).toFixed(3)}` : "");
        const part = `M${(x(centre) - cell / 4).toFixed(2)} ${y(l) - cell / 2}${shape}`;
        looks.set(look, (looks.get(look) ?? "") + part);
      }
    });
    while (units.childElementCount < looks.size) units.append(svg("path"));
    const found = [...looks];
    [...units.children].forEach((path, k) => {
      const [look, d] = found[k] ?? ["", ""],
        [name, share = "0"] = look.split(":");
      path.setAttribute("class", name);
      path.style.setProperty("--share", share);
      path.setAttribute("d", d);
    });
  }
  const centreX = (l, u) => place.x(fitting[l].start + u * fitting[l].jump).toFixed(1);
  function fan(layers, counts, l) {
    if (!counts[l] || !l) return "";
    const { y, cell } = place,
      top = (y(l) + cell / 2).toFixed(1),
      bottom = (y(l - 1) - cell / 2).toFixed(1);
    return counts[l].inside
      .flatMap((paths, u) =>
        paths
          ? taps(layers[l - 1], fitting[l].pads[0], u).map(
              (t) => `M${centreX(l, u)} ${top}L${centreX(l - 1, t)} ${bottom}`,
            )
          : [],
      )
      .join("");
  }
  function hull(counts) {
    const { y, cell } = place,
      left = [],
      right = [];
    counts.forEach(({ inside, outside }, l) => {
      const lit = [...inside.flatMap((paths, u) => (paths ? [u] : [])), ...Object.keys(outside).map(Number)];
      left.push(`${(centreX(l, Math.min(...lit)) - cell / 2 - 2).toFixed(1)} ${y(l)}`);
      right.push(`${(Number(centreX(l, Math.max(...lit))) + cell / 2 + 2).toFixed(1)} ${y(l)}`);
    });
    return `M${left.join("L")}L${right.reverse().join("L")}Z`;
  }
  function histogram({ inside }) {
    const largest = Math.max(1, ...inside),
      { x, cell, barHeight } = place,
      floor = place.bars + barHeight;
    bars.setAttribute(
      "d",
      inside
        .map((paths, i) => {
          const height = 2 + ((barHeight - 2) * paths) / largest;
          const r = Math.min(2, height / 2, cell / 4);
          return paths ? `M${x(i) - cell / 2 + r} ${floor - height}${rounded(cell, height, r)}` : "";
        })
        .join(""),
    );
    most.textContent = `${place.narrow ? "\u2264" : "up to"} ${largest > 9999 ? compact(largest) : largest}`;
  }
  function update(layers, rows, width, chosen, counts) {
    const next = JSON.stringify([layers, rows[0].size, width]);
    if (next !== key) build(layers, rows, width);
    key = next;
    paintUnits(counts, chosen);
    lines.setAttribute("d", rows.map((_, l) => fan(layers, counts, l)).join(""));
    cone.setAttribute("d", hull(counts));
    histogram(counts[0]);
  }
  function at(event) {
    const box = drawing.getBoundingClientRect(),
      scale = drawing.viewBox.baseVal.width / box.width;
    const { gutter, margin, step, gap, y } = place;
    const position = ((event.clientX - box.left) * scale - gutter) / step - margin - 0.5;
    const last = fitting.length - 1,
      down = Math.round(((event.clientY - box.top) * scale - y(last)) / gap);
    const layer = clamp(last - down, Math.min(1, last), last);
    return { layer, unit: nearestUnit(fitting[layer], position) };
  }
  return { el: drawing, update, at };
}

/** The field on a square image, to scale. Returns { el, update, at(event), forget }. */
function fieldImage() {
  const canvas = h("canvas", { class: "rf-image", "aria-hidden": "true" });
  let colours,
    scale = 1,
    margin = 0,
    row0;

  function theme() {
    const { of } = coloursOf(canvas);
    return Object.fromEntries(["bg", "panel", "line", "accent"].map((name) => [name, of(name)]));
  }
  function update(layers, rows, width, chosen, across, down) {
    colours ??= theme();
    const side = Math.round(width * (window.devicePixelRatio || 1)),
      n = rows[0].size;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    margin = layout(rows, 500).margin;
    row0 = rows[chosen.layer];
    scale = side / (n + 2 * margin);
    const pen = canvas.getContext("2d"),
      at = (position) => Math.round((position + margin) * scale);
    const box = (left, right, top, bottom) => [at(left), at(top), at(right) - at(left), at(bottom) - at(top)];
    pen.globalAlpha = 1;
    pen.fillStyle = colours.panel;
    pen.fillRect(0, 0, side, side);
    pen.fillStyle = colours.bg;
    pen.fillRect(...box(0, n, 0, n));
    heat(pen, box, across, down);
    mesh(pen, at, n);
    const [left, right] = fieldOf(layers, n, chosen.layer, chosen.unit);
    const [top, bottom] = fieldOf(layers, n, chosen.layer, chosen.row);
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.accent;
    pen.lineWidth = Math.max(2, side / 130);
    pen.strokeRect(...box(left, right + 1, top, bottom + 1));
  }
  function heat(pen, box, across, down) {
    const largest = Math.max(1, ...across) * Math.max(1, ...down);
    pen.fillStyle = colours.accent;
    down.forEach(
      (a, i) =>
        a &&
        across.forEach((b, j) => {
          if (!b) return;
          pen.globalAlpha = 0.14 + (0.86 * a * b) / largest;
          pen.fillRect(...box(j, j + 1, i, i + 1));
        }),
    );
  }
  function mesh(pen, at, n) {
    pen.fillStyle = colours.line;
    for (let i = 0; i <= n; i++) {
      pen.globalAlpha = i % 8 ? 0.6 : 1;
      pen.fillRect(at(i), at(0), 1, at(n) - at(0));
      pen.fillRect(at(0), at(i), at(n) - at(0), 1);
    }
  }
  function at(event) {
    const box = canvas.getBoundingClientRect(),
      ratio = canvas.width / box.width;
    const along = (offset) => nearestUnit(row0, (offset * ratio) / scale - margin - 0.5);
    return { unit: along(event.clientX - box.left), row: along(event.clientY - box.top) };
  }
  return {
    el: canvas,
    update,
    at,
    forget: () => {
      colours = null;
    },
  };
}

/** The receptive field, in pixels, of the last layer, or after one more 3 × 3 layer; NaN where a layer does not fit. */
export function nextField(layers, size, more = 1) {
  if (misfit(layers, size)) return NaN;
  const { field, jump } = fields(layers, size).at(-1);
  return field + 2 * jump * more;
}

const TOURS = {
  growth: [
    [
      { layers: [1, 2, 3].map(() => convLayer(3)), layer: null, unit: null, row: null },
      "Three 3 \u00d7 3 layers: each adds two pixels to the field.",
    ],
    [
      {
        layers: [convLayer(3), { ...convLayer(3), stride: 2 }, convLayer(3)],
        layer: null,
        unit: null,
        row: null,
      },
      "The second layer takes steps of two: the third one now adds four pixels.",
    ],
  ],
};

function render({ model, el }) {
  const TRAITS = ["layers", "input_size", "layer", "unit", "row"];
  const state = () => traitsOf(model, TRAITS),
    { soon, stop: stopDrawing } = inFrame(draw);
  let hovered = null,
    drawn = "",
    wide;
  // Read from the model at each event: several keys may come before the next frame draws
  function now() {
    const { layers, input_size: size, ...place } = state(),
      rows = fields(layers, size);
    return { layers, size, rows, pinned: chosenUnit(rows, place) };
  }

  /** The chosen unit with some of its coordinates changed; in another layer, the unit over the same place. */
  function moved({ layer: to, unit, row }) {
    const { rows, pinned } = now(),
      from = rows[pinned.layer],
      layer = to ?? pinned.layer;
    const over = (u) => nearestUnit(rows[layer], from.start + u * from.jump);
    return chosenUnit(rows, { layer, unit: unit ?? over(pinned.unit), row: row ?? over(pinned.row) });
  }
  function pin(change) {
    hovered = null;
    put(model, moved(change));
  }
  function preview(change) {
    hovered = change && moved(change);
    soon();
  }
  /** Puts new layers or another input size; the unit stays over the same place, the last layer stays the last. */
  function edit(layers, size = model.get("input_size")) {
    const { rows, pinned } = now(),
      from = rows[pinned.layer],
      next = fields(layers, size);
    const last = pinned.layer === rows.length - 1 || pinned.layer >= next.length;
    const layer = last ? next.length - 1 : pinned.layer;
    const to = (name) =>
      model.get(name) == null
        ? null
        : nearestUnit(next[layer], ((from.start + pinned[name] * from.jump) * size) / rows[0].size);
    hovered = null;
    put(model, { layers, input_size: size, layer: last ? null : layer, unit: to("unit"), row: to("row") });
    draw(); // at once: the table moves the focus to rows that may be new
  }
  function choose(name) {
    const layers = STACKS.find(([known]) => known === name)?.[1];
    hovered = null;
    if (layers) put(model, { layers, layer: null, unit: null, row: null });
  }

  const names = STACKS.map(([name]) => [name, name]);
  const stacks = menu({ label: "Stack", options: [...names, ["own", "your own"]], onInput: choose });
  const sizes = slider({
    label: "Input size",
    min: 8,
    max: 64,
    value: model.get("input_size"),
    onInput: (size) => edit(model.get("layers"), size),
  });
  const add = button("Add a layer", () => {
    if (model.get("layers").length < MAX_LAYERS) edit([...model.get("layers"), convLayer(3)]);
  });
  const table = layerTable(edit),
    drawing = unitRows(),
    image = fieldImage(),
    said = status();
  said.el.classList.add("rf-said");

  const by = (name, step) => () => ({ [name]: now().pinned[name] + step });
  const keys = {
    ArrowLeft: by("unit", -1),
    ArrowRight: by("unit", 1),
    Home: () => ({ unit: 0 }),
    End: () => ({ unit: Infinity }),
  };
  const layerBy = (step) => () => ({ layer: chosenUnit(now().rows, { layer: now().pinned.layer + step }).layer });
  const field = (name, child) =>
    h("div", { class: "rf-field", tabindex: 0, role: "slider", "aria-label": name, "aria-valuemin": 0 }, child);
  const drawingField = field("Unit: left and right arrows, its layer: up and down arrows", drawing.el);
  const imageField = field("Unit in the image: arrow keys, along its column and row", image.el);
  pointing(drawingField, {
    at: drawing.at,
    preview,
    pin,
    keys: { ...keys, ArrowUp: layerBy(1), ArrowDown: layerBy(-1) },
  });
  pointing(imageField, {
    at: image.at,
    preview,
    pin,
    keys: { ...keys, ArrowUp: by("row", -1), ArrowDown: by("row", 1) },
  });

  const imageCaption = h("span");
  const drawingFigure = figure("One axis. Choose a unit: pointer or arrow keys", drawingField);
  drawingFigure.classList.add("rf-wide");
  const lead = "Everything the chosen unit reads is lit. Change the layers and watch its field grow.";
  root(el, "Receptive field builder", lead).append(
    h("div", { class: "xp-row" }, stacks.el, sizes.el),
    h("div", { class: "xp-stage rf-stage" }, drawingFigure, figure(imageCaption, imageField)),
    said.el,
    h("div", { class: "rf-layers" }, table.el, add),
  );

  function draw() {
    const { layers, size, rows, pinned } = now(),
      at = hovered ? chosenUnit(rows, hovered) : pinned;
    // All reading of the page comes before all writing: else the browser lays the page out in between
    const width = Math.max(260, Math.floor(drawingField.clientWidth || 480)),
      side = image.el.clientWidth || 200;
    drawn = JSON.stringify(state());
    const across = pathCounts(layers, size, at.layer, at.unit),
      [down] = pathCounts(layers, size, at.layer, at.row);
    drawing.update(layers, rows, width, at, across);
    image.update(layers, rows, side, at, across[0].inside, down.inside);
    table.update(layers, rows, at.layer);
    sizes.set(size);
    add.setAttribute("aria-disabled", layers.length >= MAX_LAYERS);
    stacks.set(stackName(layers) ?? "own");
    words(layers, size, at, rows);
  }
  function words(layers, size, at, rows) {
    const wrong = misfit(layers, size),
      what = at.layer ? readSentence(layers, size, at.layer, at.unit) : "";
    // The bars show the counts of paths to the eye; the ear gets them here
    said.say(
      [wrong, what, at.layer && !wrong ? growthSentence(layers, size, at.layer) : ""].filter(Boolean).join(" "),
      at.layer ? pathSentence(layers, size, at.layer, at.unit) : "",
    );
    imageCaption.textContent = `The field in a ${size}\u00d7${size} image`;
    const { field: pixels, size: units } = rows[at.layer];
    drawingField.setAttribute("aria-valuetext", `unit ${at.unit} of layer ${at.layer}`); // the status says the rest
    imageField.setAttribute(
      "aria-valuetext",
      `${cellName(at.row, at.unit)} of layer ${at.layer}: its field is ${pixels} by ${pixels} pixels`,
    );
    for (const part of [drawingField, imageField]) {
      part.setAttribute("aria-valuemax", units - 1);
      part.setAttribute("aria-valuenow", at.unit);
    }
  }
  const stop = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(state())) draw();
  });
  const stopTheme = onTheme(() => {
    image.forget();
    soon();
  });
  const traits = TRAITS;
  const unteach = lesson({
    model,
    el,
    traits,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      field: {
        question: "How many pixels wide is the receptive field of the last layer?",
        unit: "pixels",
        min: 1,
        answer: () => nextField(model.get("layers"), model.get("input_size"), 0),
        cover: [el.querySelector(".rf-stage"), said.el, ...table.results],
      },
      next_field: {
        question: "One more 3 \u00d7 3 layer of stride 1 goes on top: how many pixels wide is its receptive field?",
        unit: "pixels",
        min: 1,
        answer: () => nextField(model.get("layers"), model.get("input_size")),
      },
    },
  });
  // The height follows from what is drawn: only another width asks for a drawing
  const watcher = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width !== wide) soon();
    wide = contentRect.width;
  });
  watcher.observe(el);
  return () => {
    stop();
    unteach();
    stopTheme();
    said.stop();
    watcher.disconnect();
    stopDrawing();
  };
}

export default { render };
