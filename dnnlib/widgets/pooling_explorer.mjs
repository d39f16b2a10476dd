// The pooling explorer: windows over a table of numbers, forward, after a shift, and backward.

import { convOutputSize, convPadding } from "./shared/convolution.mjs";
import { bracketed, cellName, clamp, format, many, replaced, resized, short, times } from "./shared/ui.mjs";
import { button, choice, counter, figure, follow, h, menu, numberGrid } from "./shared/ui.mjs";
import { lesson } from "./shared/lesson.mjs";
import { oneOf, tableOf, wholes } from "./shared/link.mjs";
import { put, root, status, traitsOf } from "./shared/ui.mjs";

const LAYER = ["image", "kind", "pool_size", "strides", "padding"];
const STATE = [...LAYER, "view", "shift", "upstream"];
const KINDS = {
  max: "max",
  average: "average",
  l2: "L2 norm",
  weighted: "weighted by distance",
  max_blur: "max, then blur",
};
const BLUR = [
  [-1, 0.25],
  [0, 0.5],
  [1, 0.25],
];

/** What holds along each axis, height first. Blurring reads every stride-th of the maxima at all positions. */
export function axes({ image, kind, pool_size, strides, padding }) {
  return [image.length, image[0].length].map((size, axis) => {
    const taps = pool_size[axis],
      stride = strides[axis],
      blurred = kind === "max_blur";
    const rule = blurred ? [size, taps, 1, "valid"] : [size, taps, stride, padding];
    const [before, after] = convPadding(...rule),
      windows = convOutputSize(...rule);
    return {
      size,
      taps,
      stride,
      before,
      windows,
      padded: size + before + after,
      outputs: blurred ? Math.ceil(windows / stride) : windows,
    };
  });
}

const winner = (cells) => cells.reduce((best, cell) => (cell.x > best.x ? cell : best)); // the first largest
const bell = (size, at) => Math.exp(-2 * ((at - (size - 1) / 2) / size) ** 2); // a Gaussian, sigma = size / 2
const over = (parts) => {
  const all = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / all);
};

/** How much each input of a window counts, which is also the derivative of the output by that input. */
const SHARES = {
  max: (cells) => {
    const won = winner(cells);
    return cells.map((cell) => Number(cell === won));
  },
  average: (cells) => cells.map(() => 1 / cells.length),
  l2(cells) {
    const norm = Math.hypot(...cells.map(({ x }) => x));
    return cells.map(({ x }) => (norm ? x / norm : 0));
  },
  weighted: (cells, [tall, wide]) => over(cells.map(({ u, v }) => bell(tall.taps, u) * bell(wide.taps, v))),
};

/** The cells of the window with this corner that lie inside the image, row by row. */
function inside(image, [tall, wide], top, left) {
  const cells = [];
  for (let u = 0; u < tall.taps; u++) {
    for (let v = 0; v < wide.taps; v++) {
      const x = image[top + u]?.[left + v];
      if (x !== undefined) cells.push({ i: top + u, j: left + v, u, v, x });
    }
  }
  return cells;
}

const mirrored = (at, count) => (count === 1 ? 0 : at < 0 ? -at : at >= count ? 2 * count - 2 - at : at);
/** The maxima that one blurred output reads along an axis: [position, weight] pairs. */
const blurTaps = ({ stride, windows }, at) => BLUR.map(([by, weight]) => [mirrored(at * stride + by, windows), weight]);

/** The block of cells that an output reads, in the padded input: { row, column, rows, columns }. */
export function windowOf(state, row, column, [tall, wide] = axes(state)) {
  const along = (axis, at) => {
    if (state.kind !== "max_blur") return [at * axis.stride, axis.taps];
    const read = blurTaps(axis, at).map(([place]) => place),
      first = Math.min(...read);
    return [first, Math.max(...read) - first + axis.taps];
  };
  const [[top, rows], [left, columns]] = [along(tall, row), along(wide, column)];
  return { row: top, column: left, rows, columns };
}

/** The inputs that an output reads: { i, j, x, share }. All kinds here have output = sum of share times x. */
export function reads(state, row, column, both = axes(state)) {
  const { image, kind } = state,
    [tall, wide] = both;
  if (kind !== "max_blur") {
    const cells = inside(image, both, row * tall.stride - tall.before, column * wide.stride - wide.before);
    const shares = SHARES[kind](cells, both);
    return cells.map(({ i, j, x }, n) => ({ i, j, x, share: shares[n] }));
  }
  const shares = new Map();
  for (const [m, down] of blurTaps(tall, row)) {
    for (const [n, across] of blurTaps(wide, column)) {
      const { i, j } = winner(inside(image, both, m, n)),
        key = i * 8 + j;
      shares.set(key, (shares.get(key) ?? 0) + down * across);
    }
  }
  const { row: top, column: left, rows, columns } = windowOf(state, row, column, both);
  return inside(image, [{ taps: rows }, { taps: columns }], top, left).map(({ i, j, x }) => ({
    i,
    j,
    x,
    share: shares.get(i * 8 + j) ?? 0,
  }));
}

const added = (cells) => cells.reduce((sum, { x, share }) => sum + x * share, 0);
const tabled = (rows, columns, value) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));

/** The whole output; an empty list where the window does not fit. */
export function pooled(state) {
  const both = axes(state),
    [rows, columns] = both.map((axis) => axis.outputs);
  return columns ? tabled(rows, columns, (i, j) => added(reads(state, i, j, both))) : [];
}

/** The upstream gradient in the output's shape: what was not given is 1. */
export function gradientOf(state) {
  const [rows, columns] = axes(state).map((axis) => axis.outputs);
  return tabled(rows, columns, (i, j) => state.upstream[i]?.[j] ?? 1);
}

/** Where an input's gradient comes from: { row, column, grad, share } of each output that it counts in. */
export function sources(state, i, j) {
  const both = axes(state),
    found = [];
  gradientOf(state).forEach((line, row) =>
    line.forEach((grad, column) => {
      const cell = reads(state, row, column, both).find((one) => one.i === i && one.j === j);
      if (cell?.share) found.push({ row, column, grad, share: cell.share });
    }),
  );
  return found;
}

/** The input's gradient: every output hands its own on in shares, and what meets in an input adds up. */
export function routed(state) {
  const both = axes(state),
    back = state.image.map((line) => line.map(() => 0));
  gradientOf(state).forEach((line, row) =>
    line.forEach((grad, column) => {
      for (const { i, j, share } of reads(state, row, column, both)) back[i][j] += grad * share;
    }),
  );
  return back;
}

const modulo = (a, n) => ((a % n) + n) % n;
/** The table moved down and to the right; what leaves on one side comes in on the other. */
export const rolled = (table, [down, right]) =>
  tabled(
    table.length,
    table[0].length,
    (i, j) => table[modulo(i - down, table.length)][modulo(j - right, table[0].length)],
  );

const largestOf = (...tables) => Math.max(1e-9, ...tables.flat(2).map(Math.abs));
const alike = (a, b) => Math.abs(a - b) < 1e-9;
function difference(a, b) {
  const gaps = a.flatMap((line, i) => line.map((value, j) => (alike(value, b[i][j]) ? 0 : Math.abs(value - b[i][j]))));
  const total = gaps.length,
    mean = gaps.reduce((sum, gap) => sum + gap, 0) / total;
  return { changed: gaps.filter(Boolean).length, total, mean };
}

/**
 * What a shift changes. verdict: "still" (no shift), "unchanged", "moved" (every output that stays on the map is an
 * unshifted one, further on), "edges" (the same except where windows hang over the edge) or "changed".
 */
export function compared(state) {
  const both = axes(state),
    by = state.shift.map((n, axis) => (n % both[axis].size) + 0);
  const shifted = rolled(state.image, by),
    before = pooled(state),
    after = pooled({ ...state, image: shifted });
  const inputs = difference(state.image, shifted),
    outputs = difference(before, after);
  const fits = by.every((n, axis) => n % both[axis].stride === 0);
  const steps = by.map((n, axis) => n / both[axis].stride + 0);
  const from = (i, j) => (fits ? before[i - steps[0]]?.[j - steps[1]] : undefined);
  const kept = after.map((line, i) => line.map((value, j) => from(i, j) !== undefined && alike(from(i, j), value)));
  const stay = after.flatMap((line, i) => line.filter((_, j) => from(i, j) !== undefined)).length;
  const count = kept.flat().filter(Boolean).length;
  const verdict = by.every((n) => !n)
    ? "still"
    : !outputs.changed
      ? "unchanged"
      : count && count === stay
        ? "moved"
        : count > stay / 2
          ? "edges"
          : "changed";
  const along = verdict === "moved" || verdict === "edges";
  return { by, shifted, before, after, inputs, outputs, fits, steps, kept, stay, count, verdict, along };
}

/** The share of pooled values, in %, that the shift leaves as they were; NaN where no window fits. */
export function shareUnchanged(state) {
  if (misfit(state)) return NaN;
  const { changed, total } = compared(state).outputs;
  return 100 * (1 - changed / total);
}

/** The largest gradient that a single input receives; NaN where no window fits. */
export const mostReceived = (state) => (misfit(state) ? NaN : Math.max(...routed(state).flat()));

const CHECKS = {
  image: tableOf(8),
  kind: oneOf(...Object.keys(KINDS)),
  pool_size: wholes(2, 1, 8),
  strides: wholes(2, 1, 4),
  padding: oneOf("valid", "same"),
  view: oneOf("forward", "shift", "gradient"),
  shift: wholes(2, -3, 3),
  selected: wholes(2, 0, 7),
};
const TOURS = {
  shift: [
    [{ view: "forward", shift: [0, 0] }, "Each pooled value is made from one window. Point at a few of them."],
    [{ view: "shift", shift: [0, 1] }, "The input moved by one column. Look how many pooled values changed with it."],
    [{ view: "shift", shift: [0, 2] }, "Moved by two columns: where that is the stride, the map moves along whole."],
  ],
};

/** Why no window fits, or "". */
export function misfit(state) {
  const [tall, wide] = axes(state);
  if (tall.outputs && wide.outputs) return "";
  return (
    `The window has ${times(tall.taps, wide.taps)} cells, but the input only ${times(tall.size, wide.size)}: ` +
    `no window fits. Use a smaller window${state.kind === "max_blur" ? " or" : ", padding same or"} a larger input.`
  );
}

const tied = (cells) => cells.filter(({ x }) => alike(x, winner(cells).x));

/** How one output comes about, in words. */
function summary(state, cells) {
  const [tall, wide] = axes(state),
    best = winner(cells),
    ties = tied(cells);
  const outside = state.kind === "max_blur" ? 0 : tall.taps * wide.taps - cells.length;
  const equal = cells.length > 1 && cells.every(({ share }) => alike(share, cells[0].share));
  const said = {
    max:
      ties.length > 1
        ? `the largest of ${many(cells.length, "input")}. ${ties.length} of them tie, and the first, ` +
          `row by row, is the winner: ${cellName(best.i, best.j)}`
        : `the largest of ${many(cells.length, "input")}, ` + `found in ${cellName(best.i, best.j)}`,
    average: `the mean of ${many(cells.length, "input")}`,
    l2: `the root of the sum of ${many(cells.length, "square")}`,
    weighted: equal
      ? `the mean of ${many(cells.length, "input")}, all equally far from the window's centre`
      : `a mean of ${many(cells.length, "input")} in which those near the window's centre count more`,
    max_blur: `a weighted mean of the largest inputs of neighbouring ${times(tall.taps, wide.taps)} windows`,
  };
  const beyond = `${many(outside, "position")} outside the input ${outside === 1 ? "does" : "do"} not count.`;
  return `${said[state.kind]}.${outside ? ` ${beyond}` : ""}`;
}

const moves = ([down, right]) =>
  [
    down && `${many(Math.abs(down), "row")} ${down > 0 ? "down" : "up"}`,
    right && `${many(Math.abs(right), "column")} to the ${right > 0 ? "right" : "left"}`,
  ]
    .filter(Boolean)
    .join(" and ");

function shiftSentence(state) {
  const { by, inputs, outputs, steps, fits, verdict, stay, count } = compared(state);
  if (verdict === "still") return "Not shifted yet: choose a number of rows or columns.";
  const strides = [
    ...new Set(
      axes(state)
        .filter((_, axis) => by[axis])
        .map(({ stride }) => stride),
    ),
  ].join(" and ");
  const why = {
    unchanged: "The pooled map is the same: for this input and this shift it is invariant.",
    moved:
      `The shift is a multiple of the stride ${strides}: the pooled map merely moved, by ${moves(steps)} ` +
      `(${count} of its values stayed on the map).`,
    edges:
      `The shift is a multiple of the stride ${strides}: the pooled map moved by ${moves(steps)}, ` +
      `but at its edge only ${count} of ${stay} values kept.`,
    changed: fits
      ? "The shift left nothing of the pooled map."
      : `The shift is no multiple of the stride ${strides}: the windows now cut the input elsewhere, and the pooled ` +
        "map changed.",
  }[verdict];
  return (
    `Shifted ${moves(by)}, ${inputs.changed} of ${many(inputs.total, "input value")} and ${outputs.changed} of ` +
    `${many(outputs.total, "pooled value")} changed. ${why}`
  );
}

/** The state in a few sentences. */
export function sentence(state, [row, column]) {
  if (misfit(state)) return "There is no output: the window is larger than the input.";
  if (state.view === "shift") return shiftSentence(state);
  const cells = reads(state, row, column),
    name = `Output ${cellName(row, column)}`;
  if (state.view === "forward") return `${name} is ${format(added(cells))}, ${summary(state, cells)}`;
  const grad = format(gradientOf(state)[row][column]),
    best = winner(cells),
    fed = cells.filter(({ share }) => share);
  if (state.kind === "max") {
    const tie =
      tied(cells).length > 1
        ? ` ${tied(cells).length} inputs tie; the first, row by row, gets it all, as in TensorFlow.`
        : " The other inputs of the window get nothing.";
    return `${name} sends its gradient ${grad} to the winner, ${cellName(best.i, best.j)}, whatever its sign.${tie}`;
  }
  const how = {
    average: "in equal shares",
    l2: "in proportion to their values",
    weighted: "by their weights",
    max_blur: "the winners, by their blur weights",
  };
  const overlap = axes(state).some(({ taps, stride, outputs }) => stride < taps && outputs > 1);
  return (
    `${name} hands its gradient ${grad} on to ${many(fed.length, "input")}, ${how[state.kind]}.` +
    (overlap ? " Where windows overlap, gradients add up." : "")
  );
}

/** Whether two tables of these columns stand side by side, and the size of a cell. */
export function layout(width, left, right, rows) {
  const fit = (columns, signs) => Math.floor((width - signs) / columns - 1.2),
    most = rows > 5 ? 33 : 40;
  const row = Math.min(fit(left + right, 54), fit(left, 54 + 78)); // a caption needs 78 pixels
  if (row >= 22) return [false, Math.min(most, row)];
  return [true, Math.max(20, Math.min(most, fit(Math.max(left, right), 14)))];
}

const stateOf = (model) => traitsOf(model, STATE);

/** The arithmetic of one output, as parts to write in a row. */
function arithmetic(kind, cells) {
  const parts = kind === "max_blur" ? cells.filter(({ share }) => share) : cells;
  const joined = (sign, show) => parts.flatMap((cell, n) => [n ? sign : "", show(cell)]);
  if (parts.length > 16) return [`of ${parts.length} inputs`];
  const won = kind === "max" ? winner(cells) : null;
  const plain = (cell) => h(cell === won ? "b" : "span", { class: cell === won ? "pl-won" : "" }, format(cell.x));
  return {
    max: () => ["max (", ...joined(", ", plain), ")"],
    average: () => ["(", ...joined(" + ", ({ x }) => bracketed(x)), `) / ${parts.length}`],
    l2: () => ["\u221a(", ...joined(" + ", ({ x }) => `${bracketed(x)}\u00b2`), ")"],
    weighted: () => joined(" + ", ({ x, share }) => `${format(share)}\u00b7${bracketed(x)}`),
    max_blur: () => ["(", ...joined(" + ", ({ x, share }) => `${share * 16}\u00b7${bracketed(x)}`), ") / 16"],
  }[kind]();
}

/** The layer's and the input's sizes; change() sets traits. */
function sizeControls(model, change) {
  const shape = () => [model.get("image").length, model.get("image")[0].length];
  const clipped = (k, sizes) => sizes.map((size) => Math.min(k, size)); // a row of numbers has windows of one row
  const shown = (name) => () => {
    const [tall, wide] = model.get(name);
    return tall === wide || shape()[0] === 1 ? String(wide) : times(tall, wide);
  };
  const reshape = (sizes) =>
    change({
      image: resized(model.get("image"), ...sizes),
      pool_size: clipped(Math.max(...model.get("pool_size")), sizes),
    });
  const kind = menu({ label: "Pooling", options: Object.entries(KINDS), onInput: (value) => change({ kind: value }) });
  const size = counter({
    label: "Window",
    min: 1,
    max: 8,
    value: 2,
    show: shown("pool_size"),
    onInput: (k) => change({ pool_size: clipped(k, shape()) }),
  });
  const stride = counter({
    label: "Stride",
    min: 1,
    max: 4,
    value: 2,
    show: shown("strides"),
    onInput: (s) => change({ strides: [s, s] }),
  });
  const padding = menu({
    label: "Padding",
    options: ["valid", "same"].map((name) => [name, name]),
    onInput: (value) => change({ padding: value }),
  });
  const rows = counter({ label: "Rows", min: 1, max: 8, value: 4, onInput: (n) => reshape([n, shape()[1]]) });
  const columns = counter({ label: "Columns", min: 1, max: 8, value: 4, onInput: (n) => reshape([shape()[0], n]) });
  const sizes = h("span", { class: "pl-sizes" }, rows.el, columns.el); // they wrap together
  return {
    els: [...[kind, padding, size, stride].map((control) => control.el), sizes],
    draw(state) {
      const [height, width] = shape();
      kind.set(state.kind);
      size.set(Math.max(...state.pool_size), { max: Math.max(height, width, ...state.pool_size) });
      stride.set(state.strides[1]);
      padding.set(state.padding);
      padding.el.hidden = state.kind === "max_blur";
      rows.set(height);
      columns.set(width);
    },
  };
}

const VERDICTS = {
  still: "not shifted",
  unchanged: "unchanged: invariant",
  moved: "moved: equivariant",
  edges: "moved, but not at the edge",
  changed: "changed",
};

/** How much a shift changed, as a table with bars, and the verdict. */
function shiftPanel() {
  const line = (name) => {
    const bar = h("i"),
      count = h("td"),
      mean = h("td");
    const el = h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      count,
      h("td", {}, h("span", { class: "pl-bar" }, bar)),
      mean,
    );
    return {
      el,
      draw({ changed, total, mean: by }) {
        count.textContent = `${changed} of ${total}`;
        bar.style.width = `${(100 * changed) / total}%`;
        mean.textContent = format(by);
      },
    };
  };
  const inputs = line("inputs"),
    outputs = line("pooled"),
    verdict = h("b");
  const head = ["", "changed", "", "by, on average"].map((text) => (text ? h("th", { scope: "col" }, text) : h("td")));
  const mark = (look, text) => h("span", { class: "pl-key" }, h("i", { class: look }), text);
  const keys = { changed: mark("xp-changed", "changed in its place"), moved: mark("pl-kept", "moved along") };
  const el = h(
    "div",
    {},
    h("table", { class: "pl-table" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, inputs.el, outputs.el)),
    h("p", { class: "pl-verdict" }, "The pooled map: ", verdict),
    h("p", { class: "pl-keys" }, Object.values(keys)),
  );
  return {
    el,
    draw(result) {
      inputs.draw(result.inputs);
      outputs.draw(result.outputs);
      verdict.textContent = VERDICTS[result.verdict];
      keys.changed.hidden = !result.inputs.changed;
      keys.moved.hidden = !result.along;
    },
  };
}

function render({ model, el }) {
  let lit = null,
    cell = 40; // the input whose gradient is pointed at; the size of a cell in pixels
  const presets = new Map(model.get("presets")),
    change = (values) => put(model, values);
  const light = (next) => {
    if (String(next) !== String(lit)) {
      lit = next;
      draw();
    }
  };
  const choose = (i, j) => {
    if (String(chosen()) !== String([i, j])) change({ selected: [i, j] });
  };
  const chosen = () => axes(stateOf(model)).map((axis, n) => clamp(model.get("selected")[n], 0, axis.outputs - 1));

  const examples = [["", "your own"], ...[...presets.keys()].map((name) => [name, name])];
  const example = menu({
    label: "Example",
    options: examples,
    onInput: (name) => {
      if (name) change(presets.get(name));
    },
  });
  const views = choice({
    label: "Look at",
    value: "forward",
    onInput: (view) => change({ view }),
    options: [
      ["forward", "Forward"],
      ["shift", "Shift"],
      ["gradient", "Gradient"],
    ],
  });
  const shifts = ["Shift down", "Shift right"].map((label, axis) =>
    counter({
      label,
      min: -3,
      max: 3,
      value: 0,
      show: format,
      onInput: (n) => change({ shift: model.get("shift").map((old, a) => (a === axis ? n : old)) }),
    }),
  );
  const ones = button("All ones", () => change({ upstream: [] }));
  const controls = sizeControls(model, change);

  const isLit = (i, j) => (lit && lit[0] === i && lit[1] === j ? "pl-lit" : "");
  const outsideOf = ({ kind }) => (kind === "max" ? "\u2212\u221e" : "");
  const input = numberGrid({
    label: "Input",
    onEdit(i, j, value) {
      const [tall, wide] = axes(stateOf(model));
      change({ image: replaced(model.get("image"), i - tall.before, j - wide.before, value) });
    },
  });
  const output = numberGrid({ label: "Pooled", onPoint: choose });
  const shiftedInput = numberGrid({ label: "Shifted input" });
  const shiftedOutput = numberGrid({ label: "Pooled after the shift", onPoint: choose });
  const back = numberGrid({
    label: "Gradient of the input",
    onLeave: () => light(null),
    onPoint(i, j) {
      const [tall, wide] = axes(stateOf(model)),
        at = [i - tall.before, j - wide.before];
      light(model.get("image")[at[0]]?.[at[1]] === undefined ? null : at);
    },
  });
  back.el.addEventListener("focusout", () => light(null));
  const upstream = numberGrid({
    label: "Gradient of the output",
    onPoint: choose,
    onEdit: (i, j, value) => change({ upstream: replaced(gradientOf(stateOf(model)), i, j, value) }),
  });

  const caption = () => h("span");
  const captions = { input: caption(), output: caption() };
  const titled = (title, rest = "") => [h("b", {}, title), rest && ` ${rest}`];
  const arrow = (sign) => h("span", { class: "pl-arrow", "aria-hidden": "true" }, sign);
  const failed = h("p", { class: "xp-failed" });
  const forwardRow = [figure(captions.input, input.el), arrow("\u2192"), figure(captions.output, output.el, failed)];
  const shiftRow = [
    figure(titled("Shifted", "(wraps round)"), shiftedInput.el),
    arrow("\u2192"),
    figure(titled("Pooled"), shiftedOutput.el),
  ];
  const backRow = [
    figure(titled("Input gradient"), back.el),
    arrow("\u2190"),
    figure(titled("Upstream gradient"), upstream.el),
  ];
  const stage = h("div", { class: "pl-stage" }, forwardRow, shiftRow, backRow);
  const head = h("p", { class: "pl-head" }),
    sum = h("p", { class: "pl-sum" }),
    hint = h("p", { class: "pl-hint" });
  const shiftTable = shiftPanel();
  const panel = h("div", { class: "xp-panel pl-panel" }, head, sum, shiftTable.el, hint);
  const body = h("div", { class: "pl-body" }, stage, panel),
    said = status();
  const lead = "Point at a pooled value to see what it is made of; edit any number of the input.";
  root(el, "Pooling explorer", lead).append(
    h(
      "div",
      { class: "xp-row pl-top" },
      example.el,
      views.el,
      shifts.map((control) => control.el),
      ones,
    ),
    h("div", { class: "xp-row pl-controls" }, controls.els),
    body,
    said.el,
  );

  /** Draws a table in the shape of the padded input; mark(i, j, value) looks at a cell of the image. */
  function drawPadded(grid, values, [tall, wide], { outside, name, mark, block, largest }) {
    grid.update(
      tabled(tall.padded, wide.padded, (i, j) => values[i - tall.before]?.[j - wide.before] ?? 0),
      (i, j) => {
        const r = i - tall.before,
          c = j - wide.before;
        const label = "outside the input";
        if (values[r]?.[c] === undefined) return { readonly: true, text: outside, classes: "pad", label };
        return { label: `${name}, ${cellName(r, c)}`, text: short(values[r][c], cell), ...mark(r, c, values[r][c]) };
      },
      largest,
    );
    grid.frame(block);
  }
  function drawForward(state, both, at, cells, result, comparison) {
    const block = cells.length ? windowOf(state, ...at, both) : null,
      best = cells.length ? winner(cells) : null;
    const found = new Map(cells.map((cell) => [`${cell.i},${cell.j}`, cell]));
    const largest = largestOf(state.image, result); // one scale for both tables
    const ties = state.kind === "max" && best ? tied(cells) : [];
    drawPadded(input, state.image, both, {
      outside: outsideOf(state),
      name: "input",
      block,
      largest,
      mark(i, j) {
        const read = found.get(`${i},${j}`),
          won = state.kind === "max" && best?.i === i && best.j === j;
        const tie = ties.length > 1 && ties.includes(read);
        const noted =
          read?.share &&
          state.kind !== "max" &&
          state.view !== "shift" &&
          (state.kind !== "l2" || state.view === "gradient"); // forward, an L2 norm has no weights
        const weight = noted && (state.kind === "max_blur" ? `${read.share * 16}/16` : format(read.share));
        return {
          note: noted ? `\u00d7${weight}` : undefined,
          classes: `${won ? "pl-winner" : ""} ${tie && !won ? "pl-tied" : ""} ${isLit(i, j)}`,
        };
      },
    });
    output.el.hidden = !result.length;
    if (!result.length) return;
    const { along, kept, steps } = comparison ?? {};
    drawResult(output, result, at, largest, (i, j) => ({
      classes: along && kept[i + steps[0]]?.[j + steps[1]] ? "pl-kept" : "",
    }));
  }
  function drawResult(grid, values, at, largest, mark) {
    grid.update(
      values,
      (i, j) => ({ selected: i === at[0] && j === at[1], text: short(values[i][j], cell), ...mark(i, j) }),
      largest,
    );
    grid.frame({ row: at[0], column: at[1], rows: 1, columns: 1 });
    if (!grid.el.contains(document.activeElement)) grid.select(...at);
  }
  function drawShift(state, both, at, { shifted, before, after, kept, along }) {
    const won = state.kind === "max" ? winner(reads({ ...state, image: shifted }, ...at, both)) : null;
    const largest = largestOf(state.image, before, after);
    const mark = (was, now) => (alike(was, now) ? "" : "xp-changed");
    const named = (name, changes, i, j) => `${name}, ${cellName(i, j)}${changes ? ", changed" : ""}`;
    drawPadded(shiftedInput, shifted, both, {
      outside: outsideOf(state),
      name: "shifted input",
      largest,
      block: windowOf(state, ...at, both),
      mark(i, j, value) {
        const changes = mark(state.image[i][j], value);
        return {
          label: named("shifted input", changes, i, j),
          classes: `${changes} ${won?.i === i && won.j === j ? "pl-winner" : ""}`,
        };
      },
    });
    drawResult(shiftedOutput, after, at, largest, (i, j) => {
      const changes = mark(before[i][j], after[i][j]);
      return {
        label: named("pooled after the shift", changes, i, j),
        classes: `${changes} ${along && kept[i][j] ? "pl-kept" : ""}`,
      };
    });
  }
  function drawBack(state, both, at, cells, feeding) {
    const [row, column] = at,
      won = state.kind === "max" ? winner(cells) : null;
    const inputs = routed(state),
      outputs = gradientOf(state),
      largest = largestOf(inputs, outputs);
    drawPadded(back, inputs, both, {
      outside: "",
      name: "gradient of the input",
      largest,
      block: windowOf(state, ...at, both),
      mark: (i, j, value) => ({
        classes: `${won?.i === i && won.j === j ? "pl-fed" : ""} ${isLit(i, j)} ${value ? "" : "pl-none"}`,
      }),
    });
    upstream.update(
      outputs,
      (i, j) => ({
        label: `gradient of the output, ${cellName(i, j)}`,
        text: short(outputs[i][j], cell),
        classes: feeding.some((one) => one.row === i && one.column === j) ? "pl-lit" : "",
      }),
      largest,
    );
    upstream.frame({ row, column, rows: 1, columns: 1 });
  }
  function drawPanel(state, [row, column], cells, comparison, feeding) {
    const { view, kind } = state,
      value = added(cells);
    head.textContent = { forward: "This output", shift: "What the shift changed", gradient: "The way back" }[view];
    sum.hidden = view === "shift";
    shiftTable.el.hidden = view !== "shift";
    hint.hidden = view !== "gradient";
    if (view === "shift") shiftTable.draw(comparison);
    const result = h("b", { class: "pl-value" }, format(value));
    if (view === "forward") sum.replaceChildren(...arithmetic(kind, cells), " = ", result);
    if (view !== "gradient") return;
    const total = feeding.reduce((all, { grad, share }) => all + grad * share, 0),
      best = winner(cells);
    const grad = gradientOf(state)[row][column],
      given = format(grad);
    sum.textContent = {
      max: `${given} \u2192 input ${cellName(best.i, best.j)}`,
      average: `${given} \u00d7 1/${cells.length} = ${format(grad / cells.length)} to each input`,
      l2: value ? `${given} \u00d7 input / ${format(value)}` : `${given} \u00d7 0: the norm of zeros has no slope`,
      weighted: `${given} \u00d7 the weight of each input`,
      max_blur: `${given} \u00d7 the weight of each winner`,
    }[kind];
    const term = (one) => `${bracketed(one.grad)}${alike(one.share, 1) ? "" : `\u00b7${format(one.share)}`}`;
    const terms = feeding.length > 1 ? `${feeding.map(term).join(" + ")} = ` : "";
    hint.textContent = !lit
      ? "Point at the input gradient to see what adds up there."
      : !feeding.length
        ? `Input ${cellName(...lit)} counts in no output: its gradient is 0.`
        : `Input ${cellName(...lit)} gets ${terms}${format(total)} from ${many(feeding.length, "output")}.`;
  }
  function drawControls(state) {
    const own = ([, preset]) => LAYER.every((key) => JSON.stringify(state[key]) === JSON.stringify(preset[key]));
    example.set([...presets].find(own)?.[0] ?? "");
    views.set(state.view);
    shifts.forEach((control, axis) => {
      control.set(state.shift[axis]);
      control.el.hidden = state.view !== "shift" || [state.image.length, state.image[0].length][axis] === 1;
    });
    ones.hidden = state.view !== "gradient";
    controls.draw(state);
  }
  function draw() {
    const state = stateOf(model),
      both = axes(state),
      [tall, wide] = both,
      trouble = misfit(state),
      fits = !trouble;
    const at = chosen(),
      cells = fits ? reads(state, ...at, both) : [],
      result = fits ? pooled(state) : [];
    const comparison = fits && state.view === "shift" ? compared(state) : null;
    const feeding = lit && fits ? sources(state, ...lit) : [],
      [stacked, size] = layout(body.clientWidth, wide.padded, fits ? wide.outputs : 5, tall.padded);
    cell = size;
    stage.style.setProperty("--xp-cell", `${cell}px`);
    stage.classList.toggle("pl-stack", stacked);
    drawControls(state);
    captions.input.replaceChildren(...titled("Input", times(tall.size, wide.size)));
    captions.output.replaceChildren(...titled("Pooled", fits ? times(tall.outputs, wide.outputs) : ""));
    for (const [row, view] of [
      [shiftRow, "shift"],
      [backRow, "gradient"],
    ]) {
      for (const part of row) part.hidden = !fits || state.view !== view;
    }
    drawForward(state, both, at, cells, result, comparison);
    if (comparison) drawShift(state, both, at, comparison);
    if (fits && state.view === "gradient") drawBack(state, both, at, cells, feeding);
    failed.textContent = trouble;
    failed.hidden = fits;
    panel.hidden = !fits;
    if (fits) drawPanel(state, at, cells, comparison, feeding);
    said.say(sentence(state, at), fits && lit && state.view === "gradient" ? hint.textContent : "");
  }

  const unfollow = follow(model, [...STATE, "selected"], draw);
  const unteach = lesson({
    model,
    el,
    traits: [...STATE, "selected"],
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      share_unchanged: {
        question: () =>
          `The input is shifted ${moves(model.get("shift")) || "by nothing"}. Which share of the pooled values stays as it was?`,
        unit: "%",
        min: 0,
        max: 100,
        answer: () => shareUnchanged(stateOf(model)),
        cover: [shiftRow[2], forwardRow[2], panel, said.el],
      },
      most_received: {
        question: () => "Every window sends its gradient back. What is the most that a single input receives?",
        answer: () => mostReceived(stateOf(model)),
        cover: [backRow[0], panel, said.el],
      },
    },
  });
  const observer = new ResizeObserver(draw);
  observer.observe(el);
  return () => {
    observer.disconnect();
    unfollow();
    unteach();
    said.stop();
  };
}

export default { render };
