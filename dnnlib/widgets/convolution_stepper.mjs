// The convolution stepper: numbers in, a kernel over them, and for one output its products and their sum.

import { convOutputSize, convPadding, unreadPositions } from "./shared/convolution.mjs";
import { button, counter, figure, follow, format, h, numberGrid, put, root, status, toggle } from "./shared/ui.mjs";

const STATE = ["image", "kernel", "strides", "padding", "dilation", "flip"];
const LIMITS = { input: [1, 12], kernel: [1, 5], stride: [1, 6], padding: [0, 6], dilation: [1, 4] };

/** What holds along each axis, height first: sizes, zeros before and after, outputs, input positions never read. */
export function axes({ image, kernel, strides, padding, dilation }) {
  return [[image.length, kernel.length], [image[0].length, kernel[0].length]].map(([size, taps], axis) => {
    const rule = [size, taps, strides[axis], Array.isArray(padding) ? padding[axis] : padding, dilation[axis]];
    const [before, after] = convPadding(...rule);
    return { size, taps, stride: strides[axis], dilation: dilation[axis], before, after,
      padded: size + before + after, span: dilation[axis] * (taps - 1) + 1,
      outputs: convOutputSize(...rule), unread: unreadPositions(...rule) };
  });
}

/** The products behind one output: rows of { i, j (in the padded input), a, b (in the kernel), x, weight, product }. */
export function products(state, row, column) {
  const { image, kernel, flip } = state, [tall, wide] = axes(state);
  return kernel.map((line, u) => line.map((_, v) => {
    const i = row * tall.stride + u * tall.dilation, j = column * wide.stride + v * wide.dilation;
    const [a, b] = flip ? [kernel.length - 1 - u, line.length - 1 - v] : [u, v];
    const x = image[i - tall.before]?.[j - wide.before] ?? 0;
    return { i, j, a, b, x, weight: kernel[a][b], product: x * kernel[a][b] };
  }));
}

const total = (terms) => terms.flat().reduce((sum, term) => sum + term.product, 0);

/** The whole output; an empty list where the kernel does not fit. */
export function convolved(state) {
  const [rows, columns] = axes(state).map((axis) => axis.outputs);
  if (!columns) return [];
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => total(products(state, i, j))));
}

/** How many input cells no window reads. */
export function unreadCells(state) {
  const [tall, wide] = axes(state);
  return tall.size * wide.size - (tall.size - tall.unread.length) * (wide.size - wide.unread.length);
}

/** The table with another number of rows and columns; what is new repeats the old. */
export const resized = (table, rows, columns) => Array.from({ length: rows }, (_, i) =>
  Array.from({ length: columns }, (_, j) => table[i % table.length][j % table[0].length]));

/** The size formula with its numbers, in pieces that stand under the pieces of SYMBOLS; the first one is the result. */
export function formula({ size, taps, stride, dilation, before, after, outputs }) {
  const padding = before === after ? `2\u00b7${before}` : `(${before} + ${after})`;
  return [outputs || "none", "= \u230a(", size, "+", padding, "\u2212", dilation, "\u00b7(", taps, "\u2212 1) \u2212 1) /", stride,
    "\u230b + 1"].map(String);
}
const SYMBOLS = ["o", "= \u230a(", "i", "+", "2p", "\u2212", "d", "\u00b7(", "k", "\u2212 1) \u2212 1) /", "s", "\u230b + 1"];

/** What rounding down costs along an axis, or "". */
export function remainder({ stride, padded, span }) {
  const room = padded - span, left = room % stride;
  if (room < 0 || !left) return "";
  return `${room} / ${stride} = ${format(room / stride)} is rounded down: the last ${left === 1 ? "position is" : `${left} positions are`} left over.`;
}

const times = (a, b) => `${a} \u00d7 ${b}`;
const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Why no window fits, or "". */
export function misfit(state) {
  const [tall, wide] = axes(state);
  if (tall.outputs && wide.outputs) return "";
  const padded = tall.padded === tall.size && wide.padded === wide.size ? "input" : "padded input";
  return `The kernel spans ${times(tall.span, wide.span)} cells, but the ${padded} has only `
    + `${times(tall.padded, wide.padded)}: no window fits. Use a larger input, more padding, a smaller kernel or less dilation.`;
}

const symmetric = (kernel) => String(kernel) === String(kernel.map((row) => [...row].reverse()).reverse());

/** The state in one or two sentences. */
export function sentence(state, [row, column]) {
  if (misfit(state)) return misfit(state);
  const [tall, wide] = axes(state), unread = unreadCells(state), cells = tall.size * wide.size;
  const terms = products(state, row, column);
  const read = unread ? `${many(unread, "input cell")} of ${cells} ${unread === 1 ? "is" : "are"} never read (hatched)`
    : "every input cell is read";
  return `Output row ${row + 1}, column ${column + 1} is ${format(total(terms))}, the sum of ${many(terms.flat().length, "product")}. `
    + `Input ${times(tall.size, wide.size)}, output ${times(tall.outputs, wide.outputs)}: ${read}.`
    + (state.flip && symmetric(state.kernel) ? " Flipped, this kernel looks the same: nothing changes." : "");
}

/** How input, kernel and output share the width, and the size of a cell: in one row, else kernel above output, else stacked. */
export function layout(width, [input, kernel, output]) {
  const fit = (columns, signs) => Math.floor(Math.min(38, (width - signs) / columns - 1.2));
  const row = fit(input + kernel + output, 130), side = fit(input + Math.max(kernel, output), 60);
  if (row >= 29) return ["row", row];
  if (side >= 22 && width > 480) return ["side", side];
  return ["stack", Math.max(22, fit(Math.max(input, kernel, output), 36))];
}

const bracketed = (value) => (value < 0 ? `(${format(value)})` : format(value));
const within = (value, last) => Math.max(0, Math.min(value, last));

/** A drop-down with its label above it. */
function menu({ label, options, onInput }) {
  const select = h("select", { onchange: () => onInput(select.value) }, options.map(([value, text]) => h("option", { value }, text)));
  const el = h("label", { class: "xp-control" }, h("span", { class: "xp-label" }, label), select);
  return { el, set: (value) => { select.value = value; } };
}

/** One size for both axes, or one for each. get() gives [height, width]; onInput gets such a pair. */
function sizes({ label, limits: [min, max], get, onInput }) {
  const make = (name, pair) => counter({ label: name, min, max, value: min, onInput: (value) => onInput(pair(value)) });
  const both = make(label, (value) => [value, value]);
  const tall = make(`${label}, height`, (value) => [value, get()[1]]);
  const wide = make(`${label}, width`, (value) => [get()[0], value]);
  const axis = (name, { el }) => h("span", { class: "cs-axis" }, h("span", { "aria-hidden": "true" }, name), el);
  const apart = h("span", { class: "cs-apart" }, axis("h", tall), axis("w", wide));
  const [letter, ...name] = label.split(" ").reverse();
  const el = h("div", { class: "xp-control cs-sizes" }, h("span", { class: "xp-label", "aria-hidden": "true" },
    `${name.reverse().join(" ")} `, h("i", {}, letter)), both.el, apart);
  return { el, draw(split) {
    const [height, width] = get();
    both.set(height);
    tall.set(height);
    wide.set(width);
    both.el.hidden = split;
    apart.hidden = !split;
  } };
}

/** The products of one output as a table in the kernel's shape, and their sum. */
function productTable(onPoint) {
  const table = h("div", { class: "cs-terms" }), sum = h("span", { class: "cs-sum" });
  const el = h("div", { class: "cs-products" }, table, sum);
  function draw(terms, lit) {
    const largest = Math.max(1e-9, ...terms.flat().map(({ product }) => Math.abs(product)));
    table.style.gridTemplateColumns = `repeat(${terms[0].length}, auto)`;
    table.replaceChildren(...terms.flatMap((line, u) => line.map(({ x, weight, product, a, b }, v) => {
      const sign = product > 0 ? "pos" : product < 0 ? "neg" : "zero", on = lit?.[0] === a && lit[1] === b ? "lit" : "";
      const term = h("span", { class: `cs-term ${sign} ${on}`, onpointerenter: () => onPoint([a, b]) },
        `${bracketed(x)}\u00b7${bracketed(weight)}`);
      term.style.setProperty("--v", Math.abs(product) / largest);
      return h("span", { class: "cs-plus" }, h("span", { class: u + v ? "" : "cs-none" }, "+"), term);
    })));
    sum.replaceChildren("= ", h("b", {}, format(total(terms))));
  }
  table.addEventListener("pointerleave", () => onPoint(null));
  return { el, draw };
}

function formulaTable() {
  const table = h("div", { class: "cs-formula" }), note = h("p", { class: "cs-note" });
  const line = (name, pieces, kind) => h("div", { class: `cs-line ${kind}`, role: "math", "aria-label": `${name} ${pieces.join(" ")}` },
    h("span", { class: "cs-name" }, name), pieces.map((piece) => h("span", {}, piece)));
  return { el: h("div", {}, table, note), draw(both) {
    const [high, broad] = both.map(formula), same = String(high) === String(broad);
    table.replaceChildren(line("", SYMBOLS, "symbols"),
      ...(same ? [line("", high, "")] : [line("height", high, ""), line("width", broad, "")]));
    const notes = both.map(remainder);
    note.textContent = same ? notes[0] : notes.map((text, axis) => (text ? `${["Height", "Width"][axis]}: ${text} ` : "")).join("");
  } };
}

function render({ model, el }) {
  let lit = null, split = false, timer = null, order = 0;
  const state = () => Object.fromEntries(STATE.map((name) => [name, model.get(name)]));
  const change = (values) => { stop(); put(model, values); };
  const edit = (name, i, j, value) => change({ [name]: model.get(name).map((row, r) =>
    (r === i ? row.map((old, c) => (c === j ? value : old)) : row)) });

  // The output cell shown; sizes may have changed since it was chosen
  const chosen = () => {
    const [rows, columns] = axes(state()).map((axis) => axis.outputs), [row, column] = model.get("selected");
    return [within(row, rows - 1), within(column, columns - 1)];
  };
  const point = (i, j) => {
    const [row, column] = chosen();
    if (timer === null && (row !== i || column !== j)) put(model, { selected: [i, j] });
  };
  function step() {
    const [rows, columns] = axes(state()).map((axis) => axis.outputs), [row, column] = chosen();
    const next = (row * columns + column + 1) % (rows * columns);
    put(model, { selected: [Math.floor(next / columns), next % columns] });
    return next;
  }
  function stop() {
    clearInterval(timer);
    if (timer !== null) { timer = null; draw(); }
  }
  function play() {
    if (timer !== null) return stop();
    const [rows, columns] = axes(state()).map((axis) => axis.outputs), last = rows * columns - 1;
    if (last < 1) return;
    const pause = Math.max(150, Math.min(800, 15000 / last));
    put(model, { selected: [0, 0] });
    timer = setInterval(() => { if (step() === last) { clearInterval(timer); order = setTimeout(stop, pause); } }, pause);
    draw();
  }
  const light = (next) => { if (String(next) !== String(lit)) { lit = next; draw(); } };

  const presets = model.get("presets");
  const example = menu({ label: "Example", options: [["", "your own"], ...Object.keys(presets).map((name) => [name, name])],
    onInput: (name) => { if (name) { split = false; change({ ...presets[name], selected: [0, 0] }); } } });
  const player = button("Play", play, { class: "cs-play" });
  const stepper = button("Step", () => { stop(); step(); });
  const flip = toggle({ label: "flip kernel (true convolution)", value: false, onInput: (value) => change({ flip: value }) });

  const shape = (name) => [model.get(name).length, model.get(name)[0].length];
  const table = (name) => (pair) => change({ [name]: resized(model.get(name), ...pair) });
  const amount = () => axes(state()).map((axis) => axis.before);
  const rule = menu({ label: "Padding", options: [["valid", "valid: none"], ["same", "same"], ["zeros", "zeros \u2026"]],
    onInput: (value) => change({ padding: value === "zeros" ? amount().map((n) => Math.max(n, 1)) : value }) });
  const controls = [
    sizes({ label: "Input i", limits: LIMITS.input, get: () => shape("image"), onInput: table("image") }),
    sizes({ label: "Kernel k", limits: LIMITS.kernel, get: () => shape("kernel"), onInput: table("kernel") }),
    sizes({ label: "Stride s", limits: LIMITS.stride, get: () => model.get("strides"), onInput: (pair) => change({ strides: pair }) }),
    sizes({ label: "Dilation d", limits: LIMITS.dilation, get: () => model.get("dilation"), onInput: (pair) => change({ dilation: pair }) }),
    sizes({ label: "Zeros p", limits: LIMITS.padding, get: amount, onInput: (pair) => change({ padding: pair }) })];
  const zeros = controls.at(-1);
  const apart = toggle({ label: "separate axes", value: false, onInput(value) {
    split = value;
    const level = (name, max) => resized(model.get(name), ...Array(2).fill(Math.min(max, model.get(name).length)));
    const padding = model.get("padding"), even = ([n]) => [n, n];
    if (value) draw();
    else change({ image: level("image", 12), kernel: level("kernel", 5), strides: even(model.get("strides")),
      dilation: even(model.get("dilation")), padding: Array.isArray(padding) ? even(padding) : padding });
  } });

  const captions = { input: h("span"), kernel: h("span"), output: h("span") };
  const input = numberGrid({ label: "Input with its padding", onEdit: (i, j, value) => {
    const [tall, wide] = axes(state());
    edit("image", i - tall.before, j - wide.before, value);
  } });
  const kernel = numberGrid({ label: "Kernel", onEdit: (i, j, value) => edit("kernel", i, j, value),
    onPoint: (i, j) => light([i, j]), onLeave: () => light(null) });
  const output = numberGrid({ label: "Output", onPoint: point });
  kernel.el.addEventListener("focusout", () => light(null));
  output.el.addEventListener("pointerdown", stop);
  output.el.addEventListener("keydown", stop);
  const operator = h("span", { class: "cs-sign", "aria-hidden": "true" });
  const equals = h("span", { class: "cs-sign", "aria-hidden": "true" }, "=");
  const stage = h("div", { class: "cs-stage" }, figure(captions.input, input.el), h("div", { class: "cs-right" },
    h("div", { class: "cs-part" }, operator, figure(captions.kernel, kernel.el)),
    h("div", { class: "cs-part" }, equals, figure(captions.output, output.el))));
  const terms = productTable(light), sizeFormula = formulaTable(), said = status();
  const detail = h("div", { class: "xp-panel cs-detail" }, h("p", { class: "cs-head" }, "The products of this output"), terms.el);
  const failed = h("p", { class: "cs-failed" });

  root(el, "Convolution stepper", "Point at an output to see the window it reads; edit any number of the input or the kernel.")
    .append(h("div", { class: "xp-row cs-row" }, example.el, h("span", { class: "cs-buttons" }, player, stepper), flip.el),
      h("div", { class: "xp-row cs-controls" }, controls.slice(0, 4).map((control) => control.el), rule.el, zeros.el, apart.el),
      stage, h("div", { class: "cs-panels" }, detail,
        h("div", { class: "xp-panel cs-detail" }, h("p", { class: "cs-head" }, "Outputs along an axis"), sizeFormula.el)), said.el);
  output.el.after(failed);

  function drawInput(now, [tall, wide], window) {
    const tap = new Map(window.flat().map((term) => [term.i * wide.padded + term.j, term]));
    const unread = [new Set(tall.unread), new Set(wide.unread)], lines = Array(tall.padded).fill(0);
    input.update(lines.map((_, i) => Array.from({ length: wide.padded }, (_, j) => now.image[i - tall.before]?.[j - wide.before] ?? 0)), (i, j) => {
      const r = i - tall.before, c = j - wide.before, term = tap.get(i * wide.padded + j);
      const pad = r < 0 || c < 0 || r >= tall.size || c >= wide.size;
      const never = unread[0].has(r) || unread[1].has(c);
      const on = term && lit && term.a === lit[0] && term.b === lit[1];
      return { readonly: pad, note: term && `\u00d7${format(term.weight)}`,
        classes: `${pad ? "pad" : never ? "unread" : ""} ${term ? "tap" : ""} ${on ? "lit" : ""}`,
        label: `${pad ? "padding" : never ? "input, never read" : "input"}, row ${r + 1}, column ${c + 1}` };
    });
    const [first, last] = [window[0]?.[0], window.at(-1)?.at(-1)];
    input.frame(first ? { row: first.i, column: first.j, rows: tall.span, columns: wide.span } : null);
  }
  function drawOutput(result, [row, column]) {
    const walking = timer !== null, here = row * (result[0]?.length ?? 0) + column;
    output.el.hidden = !result.length;
    if (!result.length) return;
    output.update(result, (i, j) => ({ selected: i === row && j === column, classes: walking && i * result[0].length + j > here ? "later" : "" }));
    output.frame({ row, column, rows: 1, columns: 1 });
    if (!output.el.contains(document.activeElement)) output.select(row, column);
  }
  function drawControls(now, [tall, wide]) {
    const own = (name) => STATE.every((key) => JSON.stringify(now[key]) === JSON.stringify(presets[name][key]));
    example.set(Object.keys(presets).find(own) ?? "");
    flip.set(now.flip);
    rule.set(Array.isArray(now.padding) ? "zeros" : now.padding);
    zeros.el.hidden = !Array.isArray(now.padding);
    split ||= tall.size !== wide.size || tall.taps !== wide.taps || tall.stride !== wide.stride
      || tall.dilation !== wide.dilation || (Array.isArray(now.padding) && tall.before !== wide.before);
    apart.set(split);
    for (const control of controls) control.draw(split);
    player.textContent = timer === null ? "\u25b6 Play" : "\u25a0 Stop";
    operator.textContent = now.flip ? "\u2217" : "\u22c6";
  }
  function draw() {
    const now = state(), both = axes(now), [tall, wide] = both, fits = !misfit(now);
    const at = chosen(), window = fits ? products(now, ...at) : [];
    const [arrangement, size] = layout(stage.clientWidth, [wide.padded, wide.taps, fits ? wide.outputs : 6]);
    stage.dataset.layout = arrangement;
    stage.style.setProperty("--xp-cell", `${size}px`);
    drawControls(now, both);
    drawInput(now, both, window);
    kernel.update(now.kernel, (i, j) => ({ classes: lit?.[0] === i && lit[1] === j ? "lit" : "", label: `weight, row ${i + 1}, column ${j + 1}` }));
    drawOutput(convolved(now), at);
    const pads = tall.padded > tall.size || wide.padded > wide.size;
    captions.input.replaceChildren(h("b", {}, "Input "), times(tall.size, wide.size), pads ? `, padded ${times(tall.padded, wide.padded)}` : "");
    captions.kernel.replaceChildren(h("b", {}, "Kernel "), times(tall.taps, wide.taps), now.flip ? ", used flipped" : "");
    captions.output.replaceChildren(h("b", {}, "Output "), fits ? times(tall.outputs, wide.outputs) : "");
    failed.textContent = misfit(now);
    failed.hidden = fits;
    detail.hidden = !fits;
    player.disabled = stepper.disabled = !fits;
    if (fits) terms.draw(window, lit);
    sizeFormula.draw(both);
    if (timer === null) said.say(sentence(now, at));
  }

  const unfollow = follow(model, [...STATE, "selected"], draw);
  const observer = new ResizeObserver(draw);
  observer.observe(el);
  return () => {
    clearInterval(timer);
    clearTimeout(order);
    observer.disconnect();
    unfollow();
    said.stop();
    el.replaceChildren();
  };
}

export default { render };
