import { coloursOf, onTheme } from "./shared/canvas.mjs";
import { button, choice, clamp, follow, format, h, inFrame, modified, numberGrid } from "./shared/ui.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, whole, wholes } from "./shared/link.mjs";
import { plus, put, root, status, step, toggle, voice } from "./shared/ui.mjs";
import { BLOCK, SIDE, counted, fitted, packBits, placement, range, total, unpackBits } from "./shared/drawing.mjs";
import { LAYERS, forward, reach, takeApart, unpackWeights, valid } from "./shared/digit_network.mjs";
import { bitmapFrom, bitmapText, paintBitmap, sheet, sheetColours } from "./shared/sheet.mjs";

/** Where each layer's maps stand, in pixels: left to right in a wide figure, from the top down in a narrow one. */
export function plan(width, acts) {
  const wide = width >= 480,
    gap = wide ? 5 : 6,
    edge = 3,
    room = width - 2 * edge;
  // Of each layer rows and cell in a wide figure; columns and cell in a narrow one
  const sizes = [
    ["input", 1, 8, 1, 9],
    ["conv1", 3, 6, 8, 8],
    ["pool1", 3, 9, 8, 11],
    ["conv2", 4, 8, 8, 12],
    ["pool2", 4, 10, 8, 14],
    ["dense1", 8, 11, 16, 18],
  ];
  const layers = sizes.map(([name, rows, cell, most, small]) => {
    const { side, maps } = acts[name],
      columns = wide ? Math.ceil(maps / rows) : Math.min(maps, most);
    const fit = (room - (columns - 1) * gap) / columns / side;
    return { name, side, maps, columns, cell: wide ? cell : Math.min(small, fit) };
  });
  if (wide) {
    const cells = total(layers.map(({ columns, cell, side }) => columns * cell * side));
    const gaps = total(layers.map(({ columns }) => (columns - 1) * gap)) + 16 * (layers.length - 1);
    for (const layer of layers) layer.cell *= Math.min(1.6, (room - gaps) / cells);
  }
  for (const layer of layers) {
    layer.step = layer.cell * layer.side + gap;
    layer.width = layer.columns * layer.step - gap;
    layer.height = Math.ceil(layer.maps / layer.columns) * layer.step - gap;
  }
  const head = wide ? 40 : 21,
    between = (room - total(layers.map((layer) => layer.width))) / (layers.length - 1);
  const tallest = Math.max(...layers.map((layer) => layer.height));
  let x = edge,
    y = head;
  for (const layer of layers) {
    Object.assign(layer, { x, y: wide ? head + (tallest - layer.height) / 2 : y });
    if (wide) x += layer.width + between;
    else y += layer.height + 10 + head;
  }
  return { wide, width, height: (wide ? head + tallest : y - 10 - head) + edge, head, layers };
}

/** The rectangle { x, y, width, height } of some rows and columns of a map. */
export function place({ x, y, step, cell, columns }, map, rows, cols) {
  return {
    x: x + (map % columns) * step + cols[0] * cell,
    y: y + Math.floor(map / columns) * step + rows[0] * cell,
    width: (cols[1] - cols[0]) * cell,
    height: (rows[1] - rows[0]) * cell,
  };
}

const placeOf = ({ layers }, [name, row, column, map]) => {
  const layer = layers.find((one) => one.name === name);
  return layer && place(layer, map, [row, row + 1], [column, column + 1]);
};

/** The unit drawn at a point, or null; a margin of half a gap counts as the map it belongs to. */
export function unitAt({ layers }, x, y) {
  const near = (v, start, length) => v >= start - 3 && v < start + length + 3;
  const layer = layers.find((one) => near(x, one.x, one.width) && near(y, one.y, one.height));
  if (!layer) return null;
  const axis = (v, count) => {
    const map = clamp(Math.floor((v + 2.5) / layer.step), 0, count - 1);
    return [map, clamp(Math.floor((v - map * layer.step) / layer.cell), 0, layer.side - 1)];
  };
  const [across, column] = axis(x - layer.x, layer.columns);
  const [down, row] = axis(y - layer.y, Math.ceil(layer.maps / layer.columns));
  const map = down * layer.columns + across;
  return map < layer.maps ? [layer.name, row, column, map] : null;
}

/** The unit next to one in a direction [dx, dy], as the figure shows them; beyond the last layer come the classes. */
export function neighbour(layout, acts, unit, [dx, dy]) {
  const { wide, layers } = layout,
    onward = wide ? dx : dy,
    classes = acts.dense2.maps,
    last = layers.at(-1);
  if (unit[0] === "dense2") {
    const next = unit[3] + (dy || dx);
    if (wide ? dx >= 0 : next >= 0) return ["dense2", 0, 0, clamp(wide ? unit[3] + dy : next, 0, classes - 1)];
    const line = Math.round((unit[3] / (classes - 1)) * (last.maps / last.columns - 1));
    return ["dense1", 0, 0, clamp((wide ? line * last.columns : 0) + last.columns - 1, 0, last.maps - 1)];
  }
  const centre = (box) => [box.x + box.width / 2, box.y + box.height / 2],
    [x, y] = centre(placeOf(layout, unit));
  let best = null,
    least = Infinity;
  for (const layer of layers) {
    if (layer.name !== unit[0] && !onward) continue; // only along the flow do the keys lead to another layer
    for (let k = 0; k < layer.maps * layer.side ** 2; k++) {
      const pixel = Math.floor(k / layer.maps);
      const next = [layer.name, Math.floor(pixel / layer.side), pixel % layer.side, k % layer.maps];
      const [u, v] = centre(placeOf(layout, next)),
        along = (u - x) * dx + (v - y) * dy;
      const far = along + 4 * (Math.abs((u - x) * dy) + Math.abs((v - y) * dx));
      if (along > 1 && far < least) [best, least] = [next, far];
    }
  }
  if (best || onward <= 0) return best ?? unit;
  const share = Math.floor(unit[3] / last.columns) / Math.max(1, last.maps / last.columns - 1);
  return ["dense2", 0, 0, wide ? Math.round(share * (classes - 1)) : 0];
}

/** A probability for people, its sign not parted from its number. */
const percent = (p) => `${p > 0.995 ? ">\u00a099" : p < 0.005 ? "<\u00a01" : Math.round(100 * p)}\u00a0%`;
const named = (digit) => `${digit === 8 ? "an" : "a"} ${digit}`;

/** What the network reads, in words; truth is an example's label, or null. */
export function verdict(probabilities, empty, truth) {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const [first, second] = order,
    share = (k) => `(${percent(probabilities[k])})`;
  if (empty) return `The sheet is empty: the biases alone make it ${named(first)} ${share(first)}.`;
  const right = truth === null ? "" : truth === first ? ` The label says ${truth}, too.` : ` The label says ${truth}.`;
  return `The network reads ${named(first)} ${share(first)}, then ${second} ${share(second)}.${right}`;
}

/** A unit's place in words, in Keras's order, counted from 0. */
function placeInWords([name, row, column, map]) {
  if (name.startsWith("dense")) return name === "dense2" ? `class ${map}` : `${name}, unit ${map}`;
  return `${name}, ${name === "input" ? "" : `map ${map}, `}row ${row}, column ${column}`;
}

/** A unit's name in words, and what its value comes from. */
export function describeUnit(unit, { kind, terms, before, value }) {
  const number = format(value);
  const made = () => `is ${number}: ${terms.length} products and the bias sum to ${format(before)}`;
  const how = {
    input: () => `is ${number}: ${Math.round(value * BLOCK * BLOCK)} of 16 pixels are on`,
    pool: () => `is ${number}, the largest of four`,
    conv: made,
    dense: () => (unit[0] === "dense2" ? `has the score ${format(before)}, which gives ${percent(value)}` : made()),
  }[kind]();
  const text = `${placeInWords(unit)} ${how}.`;
  return text[0].toUpperCase() + text.slice(1);
}

/** 257 colours from one to another, as styles. */
const shadesOf = (from, to) =>
  range(257).map((k) => `rgb(${from.map((v, c) => Math.round(v + ((to[c] - v) * k) / 256))})`);

/**
 * Calls onUnit with the unit pointed at or clicked, as at(event) names it. The last one stays; after a click the mouse
 * may cross others on its way out: they count again when it comes back.
 */
function pointing(el, at, onUnit) {
  let held = false;
  const show = (event) => {
    const unit = at(event);
    if (unit) onUnit(unit);
    return unit;
  };
  el.addEventListener("pointerenter", () => {
    held = false;
  });
  el.addEventListener("pointermove", (event) => {
    // a finger that moves scrolls the page
    if (!held && event.pointerType !== "touch") show(event);
  });
  el.addEventListener("click", (event) => {
    held = Boolean(show(event));
  });
}

/** The classes' probabilities as bars. onUnit gets the class pointed at or clicked, as a unit. */
function classBars(count, onUnit) {
  const rows = range(count).map((k) => {
    const bar = h("i"),
      share = h("span");
    return {
      bar,
      share,
      el: h(
        "li",
        { class: "dd-class" },
        h("b", {}, String(k)),
        h("span", { class: "dd-bar", "aria-hidden": "true" }, bar),
        share,
      ),
    };
  });
  const el = h(
    "ul",
    { class: "dd-classes", "aria-label": "Probability of each class" },
    rows.map((row) => row.el),
  );
  pointing(
    el,
    ({ target }) => {
      const k = rows.findIndex((row) => row.el.contains(target));
      return k < 0 ? null : ["dense2", 0, 0, k];
    },
    onUnit,
  );
  return {
    el,
    show(probabilities, chosen) {
      const winner = probabilities.indexOf(Math.max(...probabilities));
      rows.forEach((row, k) => {
        row.el.classList.toggle("winner", k === winner);
        row.el.classList.toggle("chosen", k === chosen);
        row.bar.style.transform = `scaleX(${probabilities[k].toFixed(4)})`;
        row.share.textContent = percent(probabilities[k]);
      });
    },
  };
}

/** Draws maps of a layer, from zero to the largest value of the layer. */
function paintMaps(context, layer, maps, { acts, before }, colours, ratio) {
  const snap = (v) => Math.round(v * ratio) / ratio; // to whole pixels of the screen: no seams
  const act = acts[layer.name],
    values = before ? act.before : act.values,
    isInput = layer.name === "input";
  const largest = isInput ? 1 : Math.max(0.5, ...values.map(Math.abs));
  const positive = isInput ? colours.ink : colours.positive;
  for (const map of maps) {
    const { x, y, width, height } = place(layer, map, [0, layer.side], [0, layer.side]);
    context.fillStyle = colours.line;
    context.fillRect(snap(x) - 1, snap(y) - 1, snap(x + width) - snap(x) + 2, snap(y + height) - snap(y) + 2);
    for (let k = 0; k < layer.side ** 2; k++) {
      const v = values[k * layer.maps + map],
        i = Math.floor(k / layer.side),
        j = k % layer.side;
      const [left, top] = [snap(x + j * layer.cell), snap(y + i * layer.cell)];
      context.fillStyle = (v < 0 ? colours.negative : positive)[Math.round((256 * Math.abs(v)) / largest)];
      context.fillRect(left, top, snap(x + (j + 1) * layer.cell) - left, snap(y + (i + 1) * layer.cell) - top);
    }
  }
}

/** Outlines a rectangle. */
function outline(context, { x, y, width, height }, strokeStyle, lineWidth, globalAlpha = 1) {
  Object.assign(context, { globalAlpha, lineWidth, strokeStyle });
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
  context.globalAlpha = 1;
}

/** What a unit reads in the layer before it, one part for each map or, of a dense unit, each value: { box, sum }. */
function parts(layer, { kind, terms = [] }) {
  const found = new Map();
  for (const { row, column, map, outside, product = 0 } of terms) {
    if (outside) continue;
    const key = kind === "dense" ? String([row, column, map]) : map;
    const part = found.get(key) ?? { map, sum: 0, rows: [row, row + 1], columns: [column, column + 1] };
    part.sum += product;
    part.rows[1] = Math.max(part.rows[1], row + 1); // terms come from the first row and column to the last
    part.columns[1] = Math.max(part.columns[1], column + 1);
    found.set(key, part);
  }
  return [...found.values()].map(({ map, sum, rows, columns }) => ({ sum, box: place(layer, map, rows, columns) }));
}

/** From each part that is read to the unit a curve: blue or orange by the sign of what it adds, wider for more. */
function paintCurves(context, wide, found, own, plain, colours) {
  const largest = Math.max(1e-9, ...found.map(({ sum }) => Math.abs(sum)));
  for (const { box, sum } of found) {
    const share = plain ? 0.4 : Math.abs(sum) / largest;
    if (share < 0.04) continue;
    const [x, y] = wide ? [box.x + box.width, box.y + box.height / 2] : [box.x + box.width / 2, box.y + box.height];
    const [u, v] = wide ? [own.x, own.y + own.height / 2] : [own.x + own.width / 2, own.y];
    const [dx, dy] = wide ? [(u - x) / 2, 0] : [0, (v - y) / 2];
    context.globalAlpha = 0.35 + 0.55 * share;
    context.lineWidth = 0.6 + 2.6 * share;
    context.strokeStyle = plain ? colours.accent : (sum < 0 ? colours.negative : colours.positive)[256];
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x + dx, y + dy, u - dx, v - dy, u, v);
    context.stroke();
  }
  context.globalAlpha = 1;
}

const NET_KEYS = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  PageUp: -1,
  PageDown: 1,
};

/**
 * The network's layers on a canvas. onUnit gets the unit pointed at or clicked, onStep a direction [dx, dy], or -1 or
 * 1: a layer back or on.
 */
function networkView({ onUnit, onStep }) {
  const canvas = h("canvas", {
    class: "dd-net",
    tabindex: 0,
    role: "application",
    "aria-label":
      "The network's units. " +
      "Arrow keys move from unit to unit and on to the next layer, Page Up and Page Down change the layer",
  });
  const captions = h("div", { "aria-hidden": "true" }),
    el = h("div", { class: "dd-network" }, captions, canvas);
  let layout = null,
    ratio = 1;
  pointing(
    canvas,
    ({ clientX, clientY }) => {
      const { left, top } = canvas.getBoundingClientRect();
      return layout && unitAt(layout, clientX - left, clientY - top);
    },
    onUnit,
  );
  canvas.addEventListener("keydown", (event) => {
    const by = NET_KEYS[event.key];
    if (!by || modified(event)) return;
    event.preventDefault();
    event.stopPropagation();
    onStep(by);
  });
  function resize(next) {
    layout = next;
    ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(next.width * ratio), height: Math.round(next.height * ratio) });
    canvas.style.height = `${next.height}px`;
    captions.replaceChildren(
      ...next.layers.map(({ name, x, y, maps, side, width }) => {
        const grid = `${side} \u00d7 ${side}`;
        const size = side === 1 ? `${maps} units` : maps === 1 ? grid : `${maps} of ${grid}`;
        const style = next.wide ? `left:${x - 12}px;top:0;width:${width + 24}px` : `left:0;top:${y - next.head}px`;
        return h("div", { class: `dd-cap ${next.wide ? "wide" : ""}`, style }, h("b", {}, name), ` ${size}`);
      }),
    );
  }
  /** state: { acts, unit, apart, before, lit (a unit behind the product pointed at), ends (the bars' heights) }. */
  function show(state, colours) {
    const { unit, apart, lit, ends } = state,
      [name, , , map] = unit,
      windows = reach(unit);
    const context = canvas.getContext("2d"),
      mark = (box, ...look) => outline(context, box, colours.accent, ...look);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, layout.width, layout.height);
    for (const layer of layout.layers) paintMaps(context, layer, range(layer.maps), state, colours, ratio);
    const source = layout.layers.find((layer) => layer.name === apart.source),
      bar = ends?.[map];
    const end = placeOf(layout, unit) ?? (bar === undefined ? null : { x: layout.width, y: bar, width: 0, height: 0 });
    for (const layer of layout.layers.slice(0, LAYERS.indexOf(name))) {
      if (layer === source) continue;
      const { rows, columns } = windows[layer.name];
      for (const m of range(layer.maps)) mark(place(layer, m, rows, columns), 1, 0.5);
    }
    const found = source ? parts(source, apart) : [];
    if (apart.kind !== "dense") for (const { box } of found) mark(box, 2);
    if (end) paintCurves(context, layout.wide, found, end, apart.kind === "pool", colours);
    for (const one of [lit, unit]) {
      const box = one && placeOf(layout, one);
      if (box) mark(box, 3);
    }
    [...captions.children].forEach((caption, k) => caption.classList.toggle("on", LAYERS[k] === name));
  }
  return { el, canvas, resize, show, layout: () => layout };
}

/** Where the network stands narrow, the map of the unit shown, large enough for a finger. onKeep gets a unit of it. */
function mapGlass(onKeep) {
  const canvas = h("canvas"),
    words = h("figcaption", {}, "Tap another unit of this map.");
  const el = h("figure", { class: "dd-glass", "aria-hidden": "true" }, canvas, words); // keys have the network itself
  let layer, unit;
  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const [, row, column] = unitAt({ layers: [{ ...layer, columns: 1, maps: 1 }] }, offsetX, offsetY);
    onKeep([unit[0], row, column, unit[3]]);
  });
  function show(state, narrow, colours) {
    ({ unit } = state);
    const { side, maps } = state.acts[unit[0]],
      ratio = window.devicePixelRatio || 1,
      cell = clamp(144 / side, 24, 72);
    el.hidden = !narrow || side === 1 || unit[0] === "input"; // the input is drawn large anyhow
    if (el.hidden) return;
    const size = side * cell,
      context = canvas.getContext("2d");
    layer = { name: unit[0], side, maps, columns: maps, cell, step: 0, x: 2, y: 2, width: size, height: size };
    Object.assign(canvas, { width: (size + 4) * ratio, height: (size + 4) * ratio });
    canvas.style.width = `${size + 4}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintMaps(context, layer, [unit[3]], state, colours, ratio);
    outline(context, placeOf({ layers: [layer] }, unit), colours.accent, 3);
  }
  return { el, show };
}

const titled = (title, grid) => h("figure", { class: "dd-window" }, h("figcaption", {}, title), grid.el);

/** The last line of a panel: from the sum to the value. */
function steps(unit, { kind, terms, bias, before, value }, acts) {
  if (kind === "pool") return [step("largest of four", `= ${format(value)}`, "b")];
  if (kind === "input") {
    return [step("pixels on", `${Math.round(value * 16)} of 16`), step("value", `= ${format(value, 4)}`, "b")];
  }
  const sum = [step(`sum of ${terms.length}`, format(before - bias)), step("bias", plus(bias))];
  if (unit[0] !== "dense2") {
    return [...sum, step("before ReLU", `= ${format(before)}`), step("after ReLU", `\u2192 ${format(value)}`, "b")];
  }
  const powers = [before, Math.log(total([...acts.dense2.before].map(Math.exp)))].map((z) => format(Math.exp(z), 1));
  return [
    ...sum,
    step("score z", `= ${format(before)}`),
    step("softmax: e\u1dbb / \u03a3 e\u1dbb", powers.join(" / ")),
    step(`class ${unit[3]}`, `= ${format(100 * value, 1)}\u00a0%`, "b"),
  ];
}

/** A convolution's products, a window for each map that is read; of a single map its inputs and weights, too. */
function convolutionBody(maps, light, say) {
  let apart,
    pointed = null;
  const point = (m, tap) => {
    pointed = tap === null ? null : 9 * m + tap;
    light(apart.terms[pointed]);
    tell();
  };
  const grids = range(maps).map((m) =>
    numberGrid({
      label: maps === 1 ? "Products" : `Products with map ${m}`,
      onPoint: (i, j) => point(m, 3 * i + j),
      onLeave: () => point(m, null),
    }),
  );
  const windows = grids.map((grid) => titled("products", grid));
  const factors = ["Inputs", "Weights"].map((label) => numberGrid({ label }));
  const sign = (text) => h("span", { class: "dd-sign", "aria-hidden": "true" }, text);
  const els =
    maps > 1
      ? windows
      : [titled("inputs", factors[0]), sign("\u00d7"), titled("weights", factors[1]), sign("="), ...windows];
  const nine = (values) => range(3).map((i) => values.slice(3 * i, 3 * i + 3));
  function tell() {
    const { outside, row, column, map, x, weight, product } = apart.terms[pointed] ?? {};
    const where = outside ? "padding" : placeInWords([apart.source, row, column, map]);
    say(
      pointed === null
        ? "Choose a product to see its factors and where they come from."
        : `${where}: ${format(x)} \u00d7 weight ${format(weight)} = ${format(product)}`,
      pointed !== null,
    );
  }
  function draw(next) {
    apart = next;
    const { terms } = apart,
      largest = Math.max(1e-9, ...terms.map(({ product }) => Math.abs(product)));
    const show = (grid, m, key, most) =>
      grid.update(
        nine(terms.slice(9 * m, 9 * m + 9).map((term) => term[key])),
        (i, j) => ({ classes: terms[9 * m + 3 * i + j].outside ? "pad" : "" }),
        most,
      );
    grids.forEach((grid, m) => {
      show(grid, m, "product", largest);
      const sum = total(terms.slice(9 * m, 9 * m + 9).map(({ product }) => product));
      if (maps > 1) windows[m].firstChild.replaceChildren(`map ${m}: `, h("b", {}, format(sum)));
    });
    if (maps === 1) factors.forEach((grid, k) => show(grid, 0, ["x", "weight"][k]));
    tell();
  }
  return { els, draw };
}

/** A line of a dense unit's products, a button. show(term, largest, source) writes it anew where it has changed. */
function termLine(light, go) {
  let term,
    was = "";
  const enter = () => light(term),
    leave = () => light();
  const on = { onpointerenter: enter, onpointerleave: leave, onfocus: enter, onblur: leave, onclick: () => go(term) };
  const place = h("span"),
    product = h("span", { class: "dd-product" }),
    result = h("b");
  const bar = h("i"),
    signed = h("span", {}, bar);
  const el = h(
    "button",
    { type: "button", class: "dd-term", title: "Go to this unit", tabindex: -1, ...on },
    place,
    product,
    signed,
    result,
  );
  return {
    el,
    show(next, largest, source) {
      term = next;
      const { row, column, map, x, weight } = term,
        share = (Math.abs(term.product) / largest).toFixed(3);
      const now = [source, row, column, map, x, weight, share].join();
      if (now === was) return;
      was = now;
      place.textContent = source === "dense1" ? `unit ${map}` : `map ${map} at (${row}, ${column})`;
      product.textContent = `${format(x)} \u00d7 ${format(weight)}`;
      signed.className = `dd-signed ${term.product < 0 ? "neg" : "pos"}`;
      bar.style.setProperty("--v", share);
      result.textContent = `= ${format(term.product)}`;
    },
  };
}

/** The products of a dense unit as a list to scroll, one tab stop; a click goes to the unit behind one. */
function denseBody(light, say, onJump) {
  let source,
    shown,
    lines = [],
    at = 0;
  const list = h("div", {
    class: "dd-terms",
    role: "group",
    onkeydown: keydown,
    onfocusin: ({ target }) => rove(lines.findIndex(({ el }) => el === target)),
    "aria-label": "Products, the largest first; arrow keys move",
  });
  const go = ({ row, column, map }) => onJump([source, row, column, map]);
  function rove(next) {
    lines[at].el.tabIndex = -1;
    at = next;
    lines[at].el.tabIndex = 0;
  }
  function keydown(event) {
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to === undefined || modified(event)) return;
    event.preventDefault();
    event.stopPropagation();
    lines[clamp(to, 0, lines.length - 1)].el.focus();
  }
  function draw(apart, unit) {
    const { terms } = apart,
      largest = Math.max(1e-9, Math.abs(terms[0].product));
    ({ source } = apart);
    if (lines.length !== terms.length) {
      lines = terms.map(() => termLine(light, go));
      list.replaceChildren(...lines.map(({ el }) => el));
      at = 0;
    }
    if (String(unit) !== shown) {
      list.scrollTop = 0;
      rove(0);
    }
    shown = String(unit);
    lines.forEach((line, k) => line.show(terms[k], largest, source));
    say(`All ${terms.length} products; scroll for the small ones.`);
  }
  return { els: [list], draw };
}

function poolBody(light, say) {
  let apart;
  const grid = numberGrid({
    label: "The four inputs",
    onLeave: () => light(),
    onPoint: (i, j) => light(apart.terms[2 * i + j]),
  });
  return {
    els: [grid.el],
    draw(next) {
      apart = next;
      const { terms, winner, source } = apart,
        { row, column, map } = terms[winner];
      grid.update(
        [terms.slice(0, 2), terms.slice(2)].map((line) => line.map(({ x }) => x)),
        (i, j) => ({ classes: 2 * i + j === winner ? "current" : "" }),
      );
      say(`The largest of four stays: ${placeInWords([source, row, column, map])}. Where it stood is forgotten.`);
    },
  };
}

function inputBody(say) {
  const named = { role: "img", "aria-label": "The drawing as it is counted" };
  const canvas = h("canvas", { width: 256, height: 256, class: "dd-bits", ...named });
  return {
    els: [canvas],
    draw(_apart, [, row, column], { picture, colours }) {
      const part = { x: column * BLOCK, y: row * BLOCK, width: BLOCK, height: BLOCK };
      paintBitmap(canvas.getContext("2d"), picture, 8, colours, part, 3);
      say("The drawing as it is counted: the pixels that are on in each block of 4 \u00d7 4, divided by 16.");
    },
  };
}

/**
 * How a unit's value is made, in numbers. onLight gets the unit behind a product or null, onJump one to go to, onSay a
 * text to be read aloud.
 */
function unitPanel(maps, glass, { onLight, onJump, onSay }) {
  const head = h("p", { class: "dd-head" }),
    body = h("div");
  const line = h("p", { class: "dd-line" }),
    last = h("div", { class: "dd-steps" });
  let source = null,
    shown = null;
  const light = (term) => onLight(term && !term.outside ? [source, term.row, term.column, term.map] : null);
  const say = (text, aloud) => {
    line.textContent = text;
    if (aloud) onSay(text);
  };
  const dense = denseBody(light, say, onJump),
    pooled = poolBody(light, say);
  const bodies = {
    input: inputBody(say),
    conv1: convolutionBody(1, light, say),
    pool1: pooled,
    conv2: convolutionBody(maps, light, say),
    pool2: pooled,
    dense1: dense,
    dense2: dense,
  };
  return {
    el: h("div", { class: "xp-panel dd-panel" }, head, glass, body, line, last),
    show(unit, apart, context) {
      const next = bodies[unit[0]];
      source = apart.source;
      head.replaceChildren(h("b", {}, unit[0]), ` ${placeInWords(unit).replace(/^.*?\d?, /, "")}`);
      if (next !== shown) {
        shown = next;
        body.className = `dd-body ${apart.kind} ${source === "input" ? "one" : ""}`;
        body.replaceChildren(...next.els);
      }
      next.draw(apart, unit, context);
      last.replaceChildren(...steps(unit, apart, context.acts));
    },
  };
}

/** The view's colours from the style sheet, both themes'. */
function paletteOf(el) {
  const { of, bytes } = coloursOf(el);
  const [positive, negative, black] = ["pos", "neg", "fg"].map((name) => shadesOf(bytes("bg"), bytes(name)));
  return { ...sheetColours(el), line: of("line"), positive, negative, ink: black };
}

export async function render({ model, el }) {
  const shapes = model.get("shapes"),
    labels = model.get("labels");
  const weights = await unpackWeights(model.get("weights"), shapes);
  const bits = (name, k = 0) => {
    // a trait's k-th bitmap
    const { buffer, byteOffset } = model.get(name),
      size = (SIDE * SIDE) / 8;
    return unpackBits(new Uint8Array(buffer, byteOffset + k * size, size));
  };
  let bitmap,
    picture,
    acts,
    unit,
    apart,
    ends,
    colours,
    lit = null,
    erasing = false;
  let next = model.get("example") + 1;

  const example = () => model.get("example"),
    fits = () => model.get("fit") && example() < 0;
  const current = () => (example() < 0 ? bits("drawing") : bits("examples", example()));
  const network = inFrame(paintNet),
    top = inFrame(paintSheet);
  const keep = (next) => {
    if (String(next) !== String(model.get("unit"))) put(model, { unit: next });
  };
  const clear = () => put(model, { drawing: new DataView(new ArrayBuffer((SIDE * SIDE) / 8)), example: -1 });
  const line = status(),
    aside = voice(); // the state, and what the hand does that leaves the state as it was
  const paper = sheet({
    onClear: clear,
    onDone: () => model.save_changes(),
    onLook: top.soon,
    onSay: aside.say,
    onInk(change, start) {
      // A new stroke on an example begins a drawing of one's own; the eraser works on the example itself
      const base = start && example() >= 0 && !erasing ? new Uint8Array(SIDE * SIDE) : current();
      model.set("drawing", new DataView(packBits(change(base, erasing ? 0 : 1)).buffer));
      model.set("example", -1);
    },
  });
  const bars = classBars(shapes.at(-1)[0], keep);
  const net = networkView({
    onUnit: keep,
    onStep(by) {
      const from = valid(model.get("unit"), acts),
        onTo = clamp(LAYERS.indexOf(from[0]) + by, 0, LAYERS.length - 1);
      keep(Array.isArray(by) ? neighbour(net.layout(), acts, from, by) : valid([LAYERS[onTo], ...from.slice(1)], acts));
    },
  });
  const glass = mapGlass(keep),
    panel = unitPanel(shapes[1][0], glass.el, {
      onSay: aside.say,
      onLight(source) {
        lit = source;
        network.soon();
      },
      onJump(source) {
        lit = null;
        keep(source);
        net.canvas.focus();
      },
    });
  const tool = choice({
    label: "Pen",
    options: [
      ["pen", "draw"],
      ["eraser", "erase"],
    ],
    value: "pen",
    onInput: (value) => {
      erasing = value === "eraser";
    },
  });
  const another = button("Next test digit", () => put(model, { example: next % labels.length }));
  const fit = toggle({ label: "centre and scale", onInput: (on) => put(model, { fit: on }) });
  const before = toggle({ label: "maps before ReLU", onInput: (on) => put(model, { before: on }) });
  root(
    el,
    "Draw a digit",
    "Draw: a trained network computes along. Point at a unit to see what it adds up; click to hold it.",
  );
  el.append(
    h(
      "div",
      { class: "xp-row dd-row" },
      tool.el,
      button("Clear", clear),
      labels.length ? another : null,
      fit.el,
      before.el,
    ),
    h("div", { class: "dd-stage" }, paper.el, panel.el, net.el, bars.el),
    line.el,
    aside.el,
  );

  function draw() {
    bitmap = current();
    if (example() >= 0) next = example() + 1;
    picture = fits() ? fitted(bitmap) : bitmap;
    acts = forward(
      counted(picture).map((n) => n / BLOCK ** 2),
      weights,
    );
    fit.set(model.get("fit"));
    before.set(model.get("before"));
    look();
  }
  /** The part of the sheet that a unit depends on, in pixels. */
  function onSheet() {
    const { rows, columns } = reach(unit).input,
      places = fits() ? placement(bitmap) : null;
    const [[top, bottom], [left, right]] = [rows, columns].map((axis, k) =>
      axis.map((v) => (places ? (v * BLOCK - SIDE / 2) / places[k][1] + places[k][0] : v * BLOCK)),
    );
    return { x: left, y: top, width: right - left, height: bottom - top };
  }
  function paintSheet() {
    if (unit) paper.show(bitmap, colours, onSheet());
  }
  function paintNet() {
    const state = { acts, unit, apart, before: model.get("before"), lit, ends },
      layout = net.layout();
    if (!layout) return;
    net.show(state, colours);
    glass.show(state, !layout.wide, colours);
  }
  function look() {
    unit = valid(model.get("unit"), acts);
    apart = takeApart(acts, weights, unit);
    const probabilities = Array.from(acts.dense2.values),
      truth = example() < 0 ? null : labels[example()];
    paintSheet();
    paintNet();
    bars.show(probabilities, unit[0] === "dense2" ? unit[3] : null);
    panel.show(unit, apart, { picture, colours, acts });
    line.say(`${verdict(probabilities, !total(bitmap), truth)} ${describeUnit(unit, apart)}`);
  }
  function arrange() {
    const width = net.el.clientWidth;
    if (!width) return;
    net.resize(plan(width, acts));
    paintNet();
    const canvas = net.canvas.getBoundingClientRect(),
      middle = (box) => box.top + box.height / 2 - canvas.top;
    const was = String(ends),
      beside = bars.el.getBoundingClientRect().left > canvas.right;
    ends = beside ? [...bars.el.children].map((row) => middle(row.getBoundingClientRect())) : null;
    if (String(ends) !== was) paintNet();
  }

  colours = paletteOf(el);
  const stops = [
    follow(model, ["drawing", "example", "fit", "before"], draw),
    follow(model, ["unit"], look),
    onTheme(() => {
      colours = paletteOf(el);
      look();
    }),
  ];
  const probabilities = () => Array.from(acts.dense2.values),
    surest = () => Math.max(...probabilities());
  const cover = [bars.el, panel.el, net.el, line.el];
  stops.push(
    lesson({
      model,
      el,
      traits: ["drawing", "example", "fit", "before", "unit"],
      checks: {
        drawing: { write: bitmapText, read: bitmapFrom },
        example: (value) => whole(value, -1, labels.length - 1),
        fit: flag,
        before: flag,
        unit: ([layer, ...places]) => LAYERS.includes(layer) && wholes(3, 0, SIDE * SIDE)(places),
      },
      guesses: {
        digit: {
          question: "Which digit will the network read on the sheet?",
          options: range(shapes.at(-1)[0]),
          answer: () => probabilities().indexOf(surest()),
          because: () => `It gives it ${percent(surest())}.`,
          cover,
        },
        sureness: {
          question: "How sure will the network be of the digit that it names?",
          unit: "%",
          min: 0,
          max: 100,
          answer: () => 100 * surest(),
          cover,
        },
      },
    }),
  );
  const sizes = new ResizeObserver(arrange);
  sizes.observe(net.el);
  arrange();
  stops.push(() => sizes.disconnect(), network.stop, top.stop, line.stop, aside.stop);
  return () => stops.forEach((stop) => stop());
}

export default { render };
