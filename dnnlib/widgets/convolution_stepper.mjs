// The convolution stepper: numbers in, a kernel over them, and for one output its products and their sum.

import { convOutputSize, convPadding, unreadPositions } from "./shared/convolution.mjs";
import { bracketed, cellName, clamp, format, many, replaced, resized, short, times } from "./shared/ui.mjs";
import { button, counter, figure, follow, h, menu, numberGrid } from "./shared/ui.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, tableOf, wholes } from "./shared/link.mjs";
import { put, root, status, toggle, traitsOf } from "./shared/ui.mjs";

const STATE = ["image", "kernel", "strides", "padding", "dilation", "flip"];
const LIMITS = { input: [1, 12], kernel: [1, 5], stride: [1, 6], padding: [0, 6], dilation: [1, 4] };

/** What holds along each axis, height first: sizes, zeros before and after, outputs, input positions never read. */
export function axes({ image, kernel, strides, padding, dilation }) {
  return [
    [image.length, kernel.length],
    [image[0].length, kernel[0].length],
  ].map(([size, taps], axis) => {
    const rule = [size, taps, strides[axis], Array.isArray(padding) ? padding[axis] : padding, dilation[axis]];
    const [before, after] = convPadding(...rule);
    return {
      size,
      taps,
      stride: strides[axis],
      dilation: dilation[axis],
      before,
      after,
      padded: size + before + after,
      span: dilation[axis] * (taps - 1) + 1,
      outputs: convOutputSize(...rule),
      unread: unreadPositions(...rule),
    };
  });
}

/** The products behind one output: rows of { i, j (in the padded input), a, b (in the kernel), x, weight, product }. */
export function products(state, row, column, [tall, wide] = axes(state)) {
  const { image, kernel, flip } = state;
  return kernel.map((line, u) =>
    line.map((_, v) => {
      const i = row * tall.stride + u * tall.dilation,
        j = column * wide.stride + v * wide.dilation;
      const [a, b] = flip ? [kernel.length - 1 - u, line.length - 1 - v] : [u, v];
      const x = image[i - tall.before]?.[j - wide.before] ?? 0;
      return { i, j, a, b, x, weight: kernel[a][b], product: x * kernel[a][b] };
    }),
  );
}

const padded = (image, tall, wide) =>
  Array.from({ length: tall.padded }, (_, i) =>
    Array.from({ length: wide.padded }, (_, j) => image[i - tall.before]?.[j - wide.before] ?? 0),
  );

const total = (terms) => terms.flat().reduce((sum, term) => sum + term.product, 0);

/** The whole output; an empty list where the kernel does not fit. */
export function convolved(state) {
  const both = axes(state),
    [rows, columns] = both.map((axis) => axis.outputs);
  if (!columns) return [];
  const line = (i) => Array.from({ length: columns }, (_, j) => total(products(state, i, j, both)));
  return Array.from({ length: rows }, (_, i) => line(i));
}

/** Which cells of two outputs differ, as [row, column]; none where their shapes do. */
export function differing(before, after) {
  if (before.length !== after.length || before[0]?.length !== after[0]?.length) return [];
  return after.flatMap((line, i) =>
    line.flatMap((value, j) => (Math.abs(value - before[i][j]) > 1e-9 ? [[i, j]] : [])),
  );
}

/** How many input cells no window reads. */
export function unreadCells(state) {
  const [tall, wide] = axes(state);
  return tall.size * wide.size - (tall.size - tall.unread.length) * (wide.size - wide.unread.length);
}

/** The size formula with its numbers, in pieces that stand under the pieces of SYMBOLS; the first one is the result. */
export function formula({ size, taps, stride, dilation, before, after, outputs }) {
  const padding = before === after ? `2\u00b7${before}` : `(${before} + ${after})`;
  return sizeFormula(outputs || "none", size, padding, dilation, taps, stride);
}
const sizeFormula = (o, i, pads, d, k, s) =>
  [o, "= \u230a(", i, "+", pads, "\u2212", d, "\u00b7(", k, "\u2212 1) \u2212 1) /", s, "\u230b + 1"].map(String);
const SYMBOLS = sizeFormula("o", "i", "2p", "d", "k", "s");

/** What rounding down costs along an axis, or "". */
export function remainder({ stride, padded, span }) {
  const room = padded - span,
    left = room % stride;
  if (room < 0 || !left) return "";
  const strip = left === 1 ? "position is" : `${left} positions are`;
  return `${room} / ${stride} = ${format(room / stride)} is rounded down: the last ${strip} left over.`;
}

/** Why no window fits, or "". */
export function misfit(state) {
  const [tall, wide] = axes(state);
  if (tall.outputs && wide.outputs) return "";
  const padded = tall.padded === tall.size && wide.padded === wide.size ? "input" : "padded input";
  return (
    `The kernel spans ${times(tall.span, wide.span)} cells, but the ${padded} has only ` +
    `${times(tall.padded, wide.padded)}: no window fits. ` +
    "Use a larger input, more padding, a smaller kernel or less dilation."
  );
}

const symmetric = (kernel) => String(kernel) === String(kernel.map((row) => [...row].reverse()).reverse());

/** The state in one or two sentences. */
export function sentence(state, [row, column]) {
  if (misfit(state)) return "There is no output: the kernel spans more than the input it should move over.";
  const [tall, wide] = axes(state),
    unread = unreadCells(state),
    cells = tall.size * wide.size;
  const terms = products(state, row, column);
  const read = unread
    ? `${many(unread, "input cell")} of ${cells} ${unread === 1 ? "is" : "are"} never read (hatched)`
    : "every input cell is read";
  const count = many(terms.flat().length, "product");
  return (
    `Output ${cellName(row, column)} is ${format(total(terms))}, the sum of ${count}. ` +
    `Input ${times(tall.size, wide.size)}, output ${times(tall.outputs, wide.outputs)}: ${read}.` +
    (state.flip && symmetric(state.kernel) ? " Flipped, this kernel looks the same: nothing changes." : "")
  );
}

/** What an edit did to the output, in words. */
function effect({ changed, of }) {
  const marked = changed.length ? " (marked in the corner)" : "";
  return of ? `${changed.length} of ${many(of, "output")} changed${marked}. ` : "";
}

/** Input, kernel and output (columns of each) in a row, kernel above output, or stacked; and the size of a cell. */
export function layout(width, [input, kernel, output], flat = false) {
  const fit = (columns, signs) => Math.floor(Math.min(38, (width - signs) / columns - 1.2));
  const wide = (columns) => Math.max(3, columns); // narrower than three cells no caption stands in one line
  const row = fit(wide(input) + wide(kernel) + wide(output), 130),
    side = fit(input + Math.max(kernel, output), 60);
  if (row >= 29) return ["row", row];
  if (side >= 22 && width > 480 && !flat) return ["side", side];
  return ["stack", Math.max(20, fit(Math.max(input, kernel, output), 36))];
}

const isAt = (place, i, j) => place !== null && place[0] === i && place[1] === j;

/** One size for both axes, or one for each. get() gives [height, width]; onInput gets such a pair. */
function sizes({ label, limits: [min, max], get, onInput }) {
  const make = (name, pair) => counter({ label: name, min, max, value: min, onInput: (value) => onInput(pair(value)) });
  const both = make(label, (value) => [value, value]);
  const tall = make(`${label}, height`, (value) => [value, get()[1]]);
  const wide = make(`${label}, width`, (value) => [get()[0], value]);
  const axis = (name, { el }) => h("span", { class: "cs-axis" }, h("span", { "aria-hidden": "true" }, name), el);
  const apart = h("span", { class: "cs-apart" }, axis("h", tall), axis("w", wide));
  const [letter, ...name] = label.split(" ").reverse();
  const el = h(
    "div",
    { class: "xp-control cs-sizes" },
    h("span", { class: "xp-label", "aria-hidden": "true" }, `${name.reverse().join(" ")} `, h("i", {}, letter)),
    both.el,
    apart,
  );
  return {
    el,
    draw(split) {
      const [height, width] = get();
      both.set(height);
      tall.set(height);
      wide.set(width);
      both.el.hidden = split;
      apart.hidden = !split;
    },
  };
}

/** The products of one output as a table in the kernel's shape, and their sum. */
function productTable(onPoint) {
  const table = h("div", { class: "cs-terms" }),
    sum = h("span", { class: "cs-sum" });
  const el = h("div", { class: "cs-products" }, table, sum);
  function draw(terms, lit) {
    const largest = Math.max(1e-9, ...terms.flat().map(({ product }) => Math.abs(product)));
    table.style.gridTemplateColumns = `repeat(${terms[0].length}, auto)`;
    table.replaceChildren(
      ...terms.flatMap((line, u) =>
        line.map(({ x, weight, product, a, b }, v) => {
          const sign = product > 0 ? "pos" : product < 0 ? "neg" : "zero",
            on = isAt(lit, a, b) ? "lit" : "";
          const term = h(
            "span",
            { class: `cs-term ${sign} ${on}`, onpointerenter: () => onPoint([a, b]) },
            `${bracketed(x)}\u00b7${bracketed(weight)}`,
          );
          term.style.setProperty("--v", Math.abs(product) / largest);
          return h("span", { class: "cs-plus" }, h("span", { class: u + v ? "" : "cs-none" }, "+"), term);
        }),
      ),
    );
    sum.replaceChildren("= ", h("b", {}, format(total(terms))));
  }
  table.addEventListener("pointerleave", () => onPoint(null));
  return { el, draw };
}

function formulaTable() {
  const table = h("div", { class: "cs-formula" }),
    note = h("p", { class: "cs-note" });
  const line = (name, pieces, kind) =>
    h(
      "div",
      {
        class: `cs-line ${kind}`,
        role: "math",
        "aria-label": `${name} ${pieces.join(" ")}`,
      },
      h("span", { class: "cs-name" }, name),
      pieces.map((piece) => h("span", {}, piece)),
    );
  return {
    el: h("div", {}, table, note),
    draw(both) {
      const [high, broad] = both.map(formula),
        same = String(high) === String(broad);
      table.replaceChildren(
        line("", SYMBOLS, "symbols"),
        ...(same ? [line("", high, "")] : [line("height", high, ""), line("width", broad, "")]),
      );
      const notes = both.map(remainder);
      const named = notes.map((text, axis) => (text ? `${["Height", "Width"][axis]}: ${text} ` : ""));
      note.textContent = same ? notes[0] : named.join("");
    },
  };
}

/** The sizes. `change` sets traits; draw(split) shows one value for both axes, or one for each. */
function sizeControls(model, change) {
  const shape = (name) => [model.get(name).length, model.get(name)[0].length];
  const table = (name) => (pair) => change({ [name]: resized(model.get(name), ...pair) });
  const zeros = () => axes(stateOf(model)).map((axis) => axis.before);
  const trait = (name) => ({ get: () => model.get(name), onInput: (pair) => change({ [name]: pair }) });
  const amount = sizes({ label: "Zeros p", limits: LIMITS.padding, get: zeros, onInput: trait("padding").onInput });
  const counters = [
    sizes({ label: "Input i", limits: LIMITS.input, get: () => shape("image"), onInput: table("image") }),
    sizes({ label: "Kernel k", limits: LIMITS.kernel, get: () => shape("kernel"), onInput: table("kernel") }),
    sizes({ label: "Stride s", limits: LIMITS.stride, ...trait("strides") }),
    sizes({ label: "Dilation d", limits: LIMITS.dilation, ...trait("dilation") }),
  ];
  const rule = menu({
    label: "Padding",
    options: ["valid", "same", "zeros"].map((name) => [name, name]),
    onInput: (name) => change({ padding: name === "zeros" ? zeros().map((n) => Math.max(n, 1)) : name }),
  });
  const els = [...counters, rule, amount].map((control) => control.el);
  return {
    els,
    draw(split) {
      const padding = model.get("padding"),
        given = Array.isArray(padding);
      rule.set(given ? "zeros" : padding);
      amount.el.hidden = !given;
      for (const control of [...counters, amount]) control.draw(split);
    },
  };
}

/** The traits that make both axes alike: square tables, and the height's value of the rest. */
export function levelled({ image, kernel, strides, padding, dilation }) {
  const even = ([first]) => [first, first];
  const square = (table) => resized(table, ...even([Math.max(table.length, table[0].length)]));
  return {
    image: square(image),
    kernel: square(kernel),
    strides: even(strides),
    dilation: even(dilation),
    padding: Array.isArray(padding) ? even(padding) : padding,
  };
}

/** The number of outputs; NaN where the kernel does not fit. */
export const outputCount = (state) =>
  misfit(state) ? NaN : axes(state).reduce((count, { outputs }) => count * outputs, 1);

const CHECKS = {
  image: tableOf(12),
  kernel: tableOf(5),
  strides: wholes(2, 1, 4),
  padding: (value) => oneOf("valid", "same")(value) || wholes(2, 0, 4)(value),
  dilation: wholes(2, 1, 3),
  flip: flag,
  selected: wholes(2, 0, 19),
};
const TOURS = {
  stride: [
    [
      { strides: [1, 1], padding: "valid" },
      "At stride 1 the window stops at each place where it fits. Count them along a row.",
    ],
    [
      { strides: [2, 2], padding: "valid" },
      "At stride 2 it skips each second place: about half of the outputs in a row.",
    ],
    [
      { strides: [2, 2], padding: "same" },
      "With padding same there is one output for each step of the input, rounded up.",
    ],
  ],
};

const stateOf = (model) => traitsOf(model, STATE);

/** Moves the chosen output on through all of them. redraw() is called when the walk begins and ends. */
function walker(model, redraw) {
  let timer = null;
  const outputs = () => axes(stateOf(model)).map((axis) => axis.outputs);
  // The output cell shown; sizes may have changed since it was chosen
  const chosen = () => outputs().map((count, axis) => clamp(model.get("selected")[axis], 0, count - 1));
  function step() {
    const [rows, columns] = outputs(),
      [row, column] = chosen();
    const next = (row * columns + column + 1) % Math.max(1, rows * columns);
    put(model, { selected: [Math.floor(next / columns) || 0, next % columns || 0] });
    return next + 1 >= rows * columns; // was this the last one?
  }
  function stop() {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    redraw();
  }
  function play() {
    const [rows, columns] = outputs(),
      pause = clamp(15000 / (rows * columns), 150, 800);
    const next = (last) => {
      timer = setTimeout(last ? stop : () => next(step()), pause);
    };
    put(model, { selected: [0, 0] });
    next(rows * columns < 2);
    redraw();
  }
  return { chosen, step, stop, play, walking: () => timer !== null, end: () => clearTimeout(timer) };
}

function render({ model, el }) {
  let lit = null,
    split = false; // the weight pointed at; whether each axis has its own sizes
  let edited = null; // the cell of input or kernel changed last, and what that did to the output
  const presets = new Map(model.get("presets")),
    walk = walker(model, () => draw());
  const change = (values) => {
    walk.stop();
    put(model, values);
  };
  /** Changes one number and compares the outputs; two keys in one cell, as in 12, count as one edit. */
  function edit(name, i, j, value) {
    const cell = [name, i, j].join(),
      now = stateOf(model);
    const before = edited?.cell === cell && edited.holds(now) ? edited.before : convolved(now);
    change({ [name]: replaced(now[name], i, j, value) });
    const then = JSON.stringify(stateOf(model)),
      after = convolved(stateOf(model)),
      at = String(walk.chosen());
    edited = {
      cell,
      before,
      changed: differing(before, after),
      of: after.flat().length,
      holds: (state) => JSON.stringify(state) === then,
      stays: (place) => String(place) === at,
    };
  }
  const light = (next) => {
    if (String(next) !== String(lit)) {
      lit = next;
      draw();
    }
  };

  const examples = [["", "your own"], ...[...presets.keys()].map((name) => [name, name])];
  const example = menu({
    label: "Example",
    options: examples,
    onInput: (name) => {
      if (name) {
        split = false;
        change({ ...presets.get(name), selected: [0, 0] });
      }
    },
  });
  const sign = h("span", { "aria-hidden": "true" }),
    word = h("span");
  const player = button(sign, () => (walk.walking() ? walk.stop() : walk.play()), { class: "cs-play" });
  player.append(word);
  const stepper = button("Step", () => {
    walk.stop();
    walk.step();
  });
  const flip = toggle({ label: "flip: true convolution", value: false, onInput: (value) => change({ flip: value }) });
  const controls = sizeControls(model, change);
  const apart = toggle({
    label: "separate axes",
    value: false,
    onInput(value) {
      split = value;
      if (value) draw();
      else change(levelled(stateOf(model)));
    },
  });

  const input = numberGrid({
    label: "Input with its padding",
    onEdit(i, j, value) {
      const [tall, wide] = axes(stateOf(model));
      edit("image", i - tall.before, j - wide.before, value);
    },
  });
  const kernel = numberGrid({
    label: "Kernel",
    onEdit: (i, j, value) => edit("kernel", i, j, value),
    onPoint: (i, j) => light([i, j]),
    onLeave: () => light(null),
  });
  const output = numberGrid({
    label: "Output",
    onPoint: (i, j) => {
      if (!walk.walking() && !isAt(walk.chosen(), i, j)) put(model, { selected: [i, j] });
    },
  });
  kernel.el.addEventListener("focusout", () => light(null));
  for (const event of ["pointerdown", "keydown"]) output.el.addEventListener(event, walk.stop);

  const captions = { input: h("span"), kernel: h("span"), output: h("span") };
  const operator = h("span", { class: "cs-sign", "aria-hidden": "true" }),
    equals = operator.cloneNode();
  equals.textContent = "=";
  const failed = h("p", { class: "xp-failed" }),
    said = status();
  const terms = productTable(light),
    arithmetic = formulaTable();
  const stage = h(
    "div",
    { class: "cs-stage" },
    figure(captions.input, input.el),
    h(
      "div",
      { class: "cs-right" },
      h("div", { class: "cs-part" }, operator, figure(captions.kernel, kernel.el)),
      h("div", { class: "cs-part" }, equals, figure(captions.output, output.el, failed)),
    ),
  );
  const panel = (title, part) =>
    h("div", { class: "xp-panel cs-detail" }, h("p", { class: "cs-head" }, title), part.el);
  const detail = panel("The products of this output", terms);
  const lead = "Point at an output to see what it reads; edit any number of input and kernel.";
  root(el, "Convolution stepper", lead).append(
    h("div", { class: "xp-row cs-row" }, example.el, h("span", { class: "cs-buttons" }, player, stepper), flip.el),
    h("div", { class: "xp-row cs-controls" }, controls.els, apart.el),
    stage,
    h("div", { class: "cs-panels" }, detail, panel("Output size along an axis", arithmetic)),
    said.el,
  );

  function drawControls(now, both) {
    const own = ([, preset]) => STATE.every((key) => JSON.stringify(now[key]) === JSON.stringify(preset[key]));
    const [tall, wide] = both.map(({ size, taps, stride, dilation, before }) =>
      String([size, taps, stride, dilation, now.padding === "same" || before]),
    );
    split ||= tall !== wide;
    example.set([...presets].find(own)?.[0] ?? "");
    flip.set(now.flip);
    apart.set(split);
    controls.draw(split);
    [sign.textContent, word.textContent] = walk.walking() ? ["\u25a0 ", "Stop"] : ["\u25b6 ", "Play"];
    operator.textContent = now.flip ? "\u2217" : "\u22c6"; // the signs of convolution and of correlation
    operator.classList.toggle("cs-star", !now.flip);
  }
  function drawInput({ image }, [tall, wide], window, size) {
    const taps = new Map(window.flat().map((term) => [`${term.i},${term.j}`, term]));
    const dilated = tall.dilation * wide.dilation > 1,
      first = window[0]?.[0];
    const [rows, columns] = [new Set(tall.unread), new Set(wide.unread)];
    const values = padded(image, tall, wide);
    input.update(values, (i, j) => {
      const r = i - tall.before,
        c = j - wide.before,
        tap = taps.get(`${i},${j}`);
      const kind = image[r]?.[c] === undefined ? "pad" : rows.has(r) || columns.has(c) ? "unread" : "";
      const marks = tap ? `tap ${dilated ? "window" : ""} ${isAt(lit, tap.a, tap.b) ? "lit" : ""}` : "";
      const name = { pad: "padding", unread: "input, never read" }[kind] ?? "input";
      return {
        readonly: kind === "pad",
        label: `${name}, ${cellName(r, c)}`,
        classes: `${kind} ${marks}`,
        text: short(values[i][j], size),
        note: tap && `\u00d7${short(tap.weight, 1.2 * size)}`,
      };
    });
    input.frame(first ? { row: first.i, column: first.j, rows: tall.span, columns: wide.span } : null);
  }
  function drawOutput(result, [row, column], size) {
    output.el.hidden = !result.length;
    if (!result.length) return;
    const later = (i, j) => walk.walking() && (i > row || (i === row && j > column));
    const changed = new Set(edited?.changed.map(String));
    output.update(result, (i, j) => ({
      selected: i === row && j === column,
      text: short(result[i][j], size),
      classes: later(i, j) ? "later" : changed.has(`${i},${j}`) ? "xp-changed" : "",
      label: `${cellName(i, j)}${changed.has(`${i},${j}`) ? ", changed" : ""}`,
    }));
    output.frame({ row, column, rows: 1, columns: 1 });
    if (!output.el.contains(document.activeElement)) output.select(row, column);
  }
  function drawCaptions({ flip: turned }, [tall, wide], fits) {
    const grown = tall.padded > tall.size || wide.padded > wide.size;
    const more = grown ? `, padded ${times(tall.padded, wide.padded)}` : "";
    captions.input.replaceChildren(h("b", {}, "Input "), times(tall.size, wide.size), more);
    captions.kernel.replaceChildren(h("b", {}, "Kernel "), times(tall.taps, wide.taps), turned ? ", used flipped" : "");
    captions.output.replaceChildren(h("b", {}, "Output "), fits ? times(tall.outputs, wide.outputs) : "");
  }
  function draw() {
    const now = stateOf(model),
      both = axes(now),
      [tall, wide] = both,
      trouble = misfit(now),
      fits = !trouble;
    if (walk.walking() || !edited?.holds(now)) edited = null;
    const at = walk.chosen(),
      window = fits ? products(now, ...at, both) : [];
    const columns = [wide.padded, wide.taps, fits ? wide.outputs : 6];
    const [arrangement, size] = layout(stage.clientWidth, columns, tall.padded < 4);
    stage.dataset.layout = arrangement;
    stage.style.setProperty("--xp-cell", `${size}px`);
    drawControls(now, both);
    drawCaptions(now, both, fits);
    drawInput(now, both, window, size);
    kernel.update(now.kernel, (i, j) => ({
      classes: isAt(lit, i, j) ? "lit" : "",
      label: `weight, ${cellName(i, j)}`,
      text: short(now.kernel[i][j], size),
    }));
    drawOutput(convolved(now), at, size);
    arithmetic.draw(both);
    if (fits) terms.draw(window, lit);
    failed.textContent = trouble;
    failed.hidden = fits;
    detail.hidden = player.disabled = stepper.disabled = !fits;
    const term = window.flat().find(({ a, b }) => isAt(lit, a, b)),
      number = term && format(term.product);
    const product = term ? `This weight adds ${bracketed(term.x)} \u00d7 ${bracketed(term.weight)} = ${number}.` : "";
    if (!walk.walking()) said.say((edited?.stays(at) ? effect(edited) : "") + sentence(now, at), product);
  }

  const unfollow = follow(model, [...STATE, "selected"], draw);
  const unteach = lesson({
    model,
    el,
    traits: [...STATE, "selected"],
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      outputs: {
        question: "How many numbers does the output hold, rows times columns?",
        min: 0,
        answer: () => outputCount(stateOf(model)),
        because: () => `${times(...axes(stateOf(model)).map((axis) => axis.outputs))} outputs.`,
        cover: [stage.lastElementChild.lastElementChild, ...el.querySelectorAll(".cs-detail"), said.el],
      },
    },
  });
  const observer = new ResizeObserver(draw);
  observer.observe(el);
  return () => {
    walk.end();
    observer.disconnect();
    unfollow();
    unteach();
    said.stop();
  };
}

export default { render };
