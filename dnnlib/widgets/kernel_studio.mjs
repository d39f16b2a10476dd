import { coloursOf, onTheme, unpacked } from "./shared/canvas.mjs";
import { paint, themed } from "./shared/picture.mjs";
import { breadth, cellName, choice, clamp, figure, follow, format, h, inFrame, modified } from "./shared/ui.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, number, oneOf, wholes } from "./shared/link.mjs";
import { numberGrid, plus, put, root, slider, status, step, svg, toggle, traitsOf, uid } from "./shared/ui.mjs";
import { convOutputSize, convPadding } from "./shared/convolution.mjs";

const CHANNELS = ["Red", "Green", "Blue"];
const LENS = 11,
  ZOOM = 16; // pixels of the picture across the magnifying glass, and its canvas's pixels for each

const cross = (centre, beside) => [
  [0, beside, 0],
  [beside, centre, beside],
  [0, beside, 0],
];
const dot = (centre) => cross(centre, 0);
const same = (slice) => [slice, slice, slice];
const BINOMIAL = [1, 4, 6, 4, 1];
/** What can be chosen: a name, three slices, what one slice is divided by, how the map is drawn at first. */
export const PRESETS = [
  ["Identity", same(dot(1)), 1, "grey"],
  ["Box blur", same(same([1, 1, 1])), 9, "grey"],
  ["Gaussian", same(BINOMIAL.map((a) => BINOMIAL.map((b) => a * b))), 256, "grey"],
  ["Sharpen", same(cross(5, -1)), 1, "grey"],
  [
    "Sobel \u2194",
    same([
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ]),
    4,
    "signed",
  ],
  [
    "Sobel \u2195",
    same([
      [-1, -2, -1],
      [0, 0, 0],
      [1, 2, 1],
    ]),
    4,
    "signed",
  ],
  [
    "Outline",
    same([
      [-1, -1, -1],
      [-1, 8, -1],
      [-1, -1, -1],
    ]),
    1,
    "signed",
  ],
  [
    "Emboss",
    same([
      [-2, -1, 0],
      [-1, 0, 1],
      [0, 1, 2],
    ]),
    1,
    "grey",
  ],
  ["Redness", [dot(2), dot(-1), dot(-1)], 1, "signed"],
].map(([name, slices, divisor, view]) => ({ name, kernel: fromSlices(slices), divisor, view }));

/** kernel[i][j][channel], as Keras has it, to slices[channel][i][j]. */
export function toSlices(kernel) {
  return CHANNELS.map((_, c) => kernel.map((row) => row.map((taps) => taps[c])));
}

/** And back. */
export function fromSlices(slices) {
  return slices[0].map((row, i) => row.map((_, j) => slices.map((slice) => slice[i][j])));
}

/** Unpacks what Python's encode packed: a promise of three planes of bytes, red, green and blue. */
export async function decodePhoto(data, height, width) {
  const bytes = new Uint8Array(await unpacked(data)),
    size = height * width;
  for (let i = 0; i < bytes.length; i++) if (i % width) bytes[i] += bytes[i - 1]; // modulo 256, as in Python
  const [green, red, blue] = [0, 1, 2].map((c) => bytes.subarray(c * size, (c + 1) * size));
  for (let i = 0; i < size; i++) {
    red[i] += green[i];
    blue[i] += green[i];
  }
  return [red, green, blue];
}

/** Where the windows lie: the map's height and width, and the zeros before and after each axis. */
export function geometry({ height, width }, { kernel: { length: size }, stride, padding }) {
  return {
    height: convOutputSize(height, size, stride, padding),
    rows: convPadding(height, size, stride, padding),
    width: convOutputSize(width, size, stride, padding),
    columns: convPadding(width, size, stride, padding),
  };
}

/** A plane with a frame of zeros. */
function framed(plane, height, width, frame) {
  const wide = width + 2 * frame,
    padded = new Float32Array((height + 2 * frame) * wide);
  for (let i = 0; i < height; i++) padded.set(plane.subarray(i * width, (i + 1) * width), (i + frame) * wide + frame);
  return padded;
}

/** What a kernel of zeros makes: of each channel a sum for each pixel, and its framed plane. */
function silence({ planes, height, width }, kernel, form) {
  return {
    form,
    kernel: kernel.map((row) => row.map(() => [0, 0, 0])),
    maps: [],
    sums: planes.map(() => new Float64Array(height * width)),
    framed: planes.map((plane) => framed(plane, height, width, (kernel.length - 1) / 2)),
  };
}

/** Adds to sums the product of one weight with the pixels of a framed plane that tap [i, j] meets. */
function addTap(sums, weight, plane, i, j, width, wide) {
  if (weight === 0) return;
  for (let o = 0, row = i; o < sums.length; row++) {
    const end = o + width;
    for (let p = row * wide + j; o < end; o++, p++) sums[o] += weight * plane[p];
  }
}

/**
 * The response of a photo { planes, height, width }: one map, or with channels "separate" three. Given the last
 * response, it becomes the new one: correlation is linear in the kernel, so that only what changed is added.
 */
export function respond(photo, state, last) {
  const { kernel, stride, divisor, bias, relu } = state,
    { height, width, rows, columns } = geometry(photo, state);
  // Beside a very large weight the others round away: such a kernel is a form of its own, which leaves no trace
  const form = String([kernel.length, Math.max(999, ...kernel.flat(2).map(Math.abs))]),
    frame = (kernel.length - 1) / 2;
  const response = last?.form === form ? last : silence(photo, kernel, form),
    { sums } = response;
  kernel.forEach((row, i) =>
    row.forEach((taps, j) =>
      taps.forEach((tap, c) =>
        addTap(sums[c], tap - response.kernel[i][j][c], response.framed[c], i, j, photo.width, photo.width + 2 * frame),
      ),
    ),
  );
  // Channels, padding and stride only choose: an output's window has its middle where its sums stand
  const read = state.channels === "sum" ? [sums] : sums.map((one) => [one]),
    least = relu ? 0 : -Infinity;
  const maps = read.map((parts, m) => {
    const map = response.maps[m]?.length === height * width ? response.maps[m] : new Float64Array(height * width);
    for (let i = 0, o = 0; i < height; i++) {
      let p = (i * stride - rows[0] + frame) * photo.width - columns[0] + frame;
      for (let j = 0; j < width; j++, o++, p += stride) {
        let sum = 0;
        for (let c = 0; c < parts.length; c++) sum += parts[c][p];
        map[o] = Math.max(least, sum / divisor + bias);
      }
    }
    return map;
  });
  return Object.assign(response, { kernel, maps, height, width });
}

/** Least and largest value, and the size that 99.5 % of the values stay below: a few sparks shall not dim the rest. */
export function spread(maps) {
  let low = Infinity,
    high = -Infinity;
  for (const map of maps)
    for (let i = 0; i < map.length; i++) {
      low = Math.min(low, map[i]);
      high = Math.max(high, map[i]);
    }
  const most = Math.max(-low, high),
    bins = new Uint32Array(513);
  if (most < 1e-9) return { low, high, scale: 1 }; // nothing but rounding
  for (const map of maps) for (let i = 0; i < map.length; i++) bins[Math.ceil((Math.abs(map[i]) / most) * 512)]++;
  let rest = maps.length * maps[0].length * 0.005,
    bin = 512;
  for (; bin > 1; bin--) {
    rest -= bins[bin];
    if (rest < 0) break;
  }
  return { low, high, scale: (bin / 512) * most };
}

/** What each slice's weights sum to, and all of them together. */
export function weightSums({ kernel, divisor }) {
  const sums = toSlices(kernel).map((slice) => slice.flat().reduce((a, b) => a + b, 0) / divisor);
  return { sums, total: sums[0] + sums[1] + sums[2] };
}

/** The values of black and white: a picture keeps its brightness; what has none of its own is stretched. */
export function shades(state, scale) {
  const { sums, total } = weightSums(state);
  if ((state.channels === "sum" ? total : Math.max(...sums)) > 0.5) return [0, 255];
  return [state.relu ? 0 : -scale, scale];
}

/** The window of one output taken apart: pixels (null: padding), products, sums by channel, and what comes of them. */
export function takeApart(photo, state, [row, column]) {
  const { rows, columns } = geometry(photo, state),
    slices = toSlices(state.kernel);
  const top = row * state.stride - rows[0],
    left = column * state.stride - columns[0];
  const pixels = photo.planes.map((plane, c) =>
    slices[c].map((line, i) =>
      line.map((_, j) => {
        const y = top + i,
          x = left + j,
          inside = y >= 0 && x >= 0 && y < photo.height && x < photo.width;
        return inside ? plane[y * photo.width + x] : null;
      }),
    ),
  );
  const products = slices.map((slice, c) => slice.map((line, i) => line.map((tap, j) => tap * (pixels[c][i][j] ?? 0))));
  const sums = products.map((slice) => slice.flat().reduce((a, b) => a + b, 0));
  const all = state.channels === "sum" ? [sums[0] + sums[1] + sums[2]] : sums;
  const before = all.map((sum) => sum / state.divisor + state.bias);
  const values = before.map((value) => (state.relu ? Math.max(value, 0) : value));
  return { top, left, pixels, products, sums, all, before, values };
}

/** What the sums of the weights mean, in words. */
export function meaning(state) {
  const { sums, total } = weightSums(state),
    zero = (v) => Math.abs(v) < 1e-9;
  const alike = sums.every((sum) => zero(sum - sums[0]));
  const flat = (sum) =>
    zero(sum)
      ? "flat regions vanish"
      : zero(sum - 1)
        ? "brightness is kept"
        : `flat regions come out ${format(sum)} times as bright`;
  if (state.channels === "separate") {
    if (alike) return `Each slice sums to ${format(sums[0])}: ${flat(sums[0])}.`;
    return `The slices sum to ${sums.map((sum) => format(sum)).join(", ")}.`;
  }
  if (zero(total) && !alike) return "The slices sum to 0 only together: grey regions vanish, most colours do not.";
  return `The ${3 * state.kernel.length ** 2} weights sum to ${format(total)}: ${flat(total)}.`;
}

/** The state in words. */
export function describe(state, { low, high }, { all, values }, [row, column]) {
  const short = (v) => format(v, 1);
  const made =
    state.channels === "separate"
      ? CHANNELS.map((name, c) => `${name.toLowerCase()} ${short(values[c])}`).join(", ")
      : `${3 * state.kernel.length ** 2} products sum to ${short(all[0])}, which gives ${short(values[0])}`;
  const range = `All values lie from ${short(low)} to ${short(high)}.`;
  return `Row ${row}, column ${column}: ${made}. ${range} ${meaning(state)}`;
}

/** The same kernel in another size: with zeros around it, or its middle. */
export function resizeKernel(kernel, size) {
  const shift = (kernel.length - size) / 2,
    range = Array.from({ length: size }, (_, i) => i + shift);
  return range.map((i) => range.map((j) => [...(kernel[i]?.[j] ?? [0, 0, 0])]));
}

/** A pixel's light in one channel as a style, with the ink that is readable on it. */
export function pixelStyle(value, channel) {
  const tint = channel === 2 ? [0.3, 0.5, 1] : [0, 1, 2].map((c) => (c === channel ? 1 : 0.25));
  const linear = tint.map((t) => (((t * value) / 255 + 0.055) / 1.055) ** 2.4);
  const ink = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18 ? "#000" : "#fff";
  return `background:rgb(${tint.map((t) => Math.round(t * value))});color:${ink}`;
}

/** A picture under a magnifying glass. onPoint and onKeep get a pixel [y, x] that is pointed at or clicked. */
function picture(props, onPoint, onKeep) {
  const source = h("canvas"),
    canvas = h("canvas", { class: "ks-canvas" });
  const lens = h("canvas", { class: "ks-lens", width: LENS * ZOOM, height: LENS * ZOOM });
  let data, pixels;
  const sheet = h("div", { class: "ks-sheet" }, canvas, lens),
    el = h("div", { class: "ks-frame", ...props }, sheet);
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientY - top) / height) * source.height, ((clientX - left) / width) * source.width].map(Math.floor);
  };
  canvas.addEventListener("pointermove", (event) => onPoint(place(event)));
  canvas.addEventListener("pointerleave", () => onPoint(null));
  canvas.addEventListener("click", (event) => onKeep(place(event)));

  /** Shows maps, at the scale of the whole photograph: smaller maps look smaller. */
  function show({ maps, height, width }, palette, whole) {
    const context = source.getContext("2d"),
      large = canvas.getContext("2d");
    if (data?.width !== width || data.height !== height) {
      Object.assign(source, { width, height });
      Object.assign(canvas, { width: 3 * width, height: 3 * height });
      data = context.createImageData(width, height);
      pixels = new Uint32Array(data.data.buffer);
    }
    paint(pixels, maps, palette);
    context.putImageData(data, 0, 0);
    // Three times as large without smoothing, then the browser's smooth scaling: crisp and even at any width
    large.imageSmoothingEnabled = false;
    large.drawImage(source, 0, 0, canvas.width, canvas.height);
    el.style.aspectRatio = `${whole.width} / ${whole.height}`;
    sheet.style.width = `${(100 * width) / whole.width}%`;
    sheet.classList.toggle("small", 2 * width <= whole.width);
  }
  /** Puts the glass over a window of size × size pixels, the first at [top, left], and outlines it. */
  function look(top, left, size, { outside, halo, accent }) {
    const context = lens.getContext("2d"),
      margin = (LENS - size) / 2;
    const inside = (share) => `clamp(var(--radius), ${100 * share}%, calc(100% - var(--radius)))`;
    context.imageSmoothingEnabled = false;
    context.fillStyle = outside;
    context.fillRect(0, 0, lens.width, lens.height);
    context.drawImage(source, left - margin, top - margin, LENS, LENS, 0, 0, lens.width, lens.height);
    for (const [lineWidth, strokeStyle] of [
      [6, halo],
      [3, accent],
    ]) {
      Object.assign(context, { lineWidth, strokeStyle });
      context.strokeRect(margin * ZOOM, margin * ZOOM, size * ZOOM, size * ZOOM);
    }
    lens.style.left = inside((left + size / 2) / source.width);
    lens.style.top = inside((top + size / 2) / source.height);
  }
  const colour = (y, x) => `rgb(${data.data.subarray(4 * (y * data.width + x), 4 * (y * data.width + x) + 3)})`;
  return { el, show, look, colour };
}

/** A small picture of a kernel; of one that tells colours apart, the three centres. */
function glyph({ kernel }) {
  const slices = toSlices(kernel),
    alike = String(slices[0]) === String(slices[1]);
  const grid = alike ? slices[0] : [slices.map((slice) => slice[1][1])],
    most = Math.max(...grid.flat().map(Math.abs));
  const box = { viewBox: `0 0 ${grid[0].length} ${grid.length}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  return svg(
    "svg",
    { ...box, width: 27, height: 27 },
    grid.flatMap((row, y) =>
      row.map((v, x) =>
        svg("rect", {
          x,
          y,
          width: 0.94,
          height: 0.94,
          class: v < 0 ? "neg" : "pos",
          style: `--v:${(Math.abs(v) / most) ** 0.7}`,
        }),
      ),
    ),
  );
}

/** Radio buttons with pictures. The last one, a kernel of the reader's own, starts from the one that is there. */
function presetRow(onChoose, onOwn) {
  const name = uid("preset");
  const known = PRESETS.map(({ kernel }) => String(kernel));
  let shown = "",
    kept = null; // the kernel, and the one from which the reader chose to go on alone
  const radio = (value, picture, onchange) =>
    h(
      "label",
      {},
      h("input", { type: "radio", name, value, "data-lm-suppress-shortcuts": "true", onchange }),
      h("span", {}, picture, value),
    );
  const labels = PRESETS.map((preset) =>
    radio(preset.name, glyph(preset), () => {
      kept = null;
      onChoose(preset);
    }),
  );
  labels.push(
    radio("Own", h("i", { "aria-hidden": "true" }, "+"), () => {
      kept = shown;
      onOwn();
    }),
  );
  const el = h("fieldset", { class: "ks-presets" }, h("legend", { class: "xp-sr" }, "Kernel"), labels);
  function set(kernel) {
    shown = String(kernel);
    // indexOf gives -1 where none is the same, and at(-1) is the reader's own
    labels.at(shown === kept ? -1 : known.indexOf(shown)).firstChild.checked = true;
  }
  return { el, set };
}

/** A grid of numbers that are only read. look(value) returns { classes, style } of a cell. */
function cellGrid(name) {
  const el = h("div", { class: "xp-grid", role: "img" });
  function show(values, look) {
    const flat = values.flat(),
      texts = flat.map((value) => format(value ?? 0, 1));
    if (el.childElementCount !== flat.length) el.replaceChildren(...flat.map(() => h("div")));
    el.style.gridTemplateColumns = `repeat(${values.length}, var(--cell))`;
    texts.forEach((text, k) => {
      const { classes, style } = look(flat[k]),
        cell = el.children[k];
      const next = { className: `xp-cell ${classes}`, textContent: text, style: `${style};--n:${breadth(text)}` };
      for (const name in next) if (cell.shown?.[name] !== next[name]) cell[name] = next[name];
      cell.shown = next;
    });
    el.setAttribute("aria-label", `${name}: ${texts.join(", ")}`);
  }
  return { el, show };
}

/** Pixels times weights, summed: one line a channel, and below them what they add up to. */
function equation(onEdit) {
  const parts = CHANNELS.map((name, c) => ({
    pixels: cellGrid(`${name} pixels`),
    products: cellGrid(`${name} products`),
    weights: numberGrid({ label: `${name} slice of the kernel`, onEdit: (i, j, value) => onEdit(c, i, j, value) }),
    sum: h("b"),
  }));
  const sign = (text) => h("span", { class: "ks-sign", "aria-hidden": "true" }, text);
  const heads = ["", "pixels", "", "", "", "products", "sum"].map((text) => h("span", {}, text));
  const lines = parts.map(({ pixels, weights, products, sum }, c) =>
    h(
      "div",
      { class: "ks-line" },
      h("b", { class: `ks-channel c${c}` }, CHANNELS[c]),
      pixels.el,
      sign("\u00d7"),
      weights.el,
      sign("="),
      products.el,
      h("span", { class: "ks-sum" }, h("span", { class: "ks-word" }, "sum "), sum),
    ),
  );
  const total = h("div", { class: "ks-total" });
  const el = h(
    "div",
    { class: "ks-equation" },
    h("div", { class: "ks-line ks-heads", "aria-hidden": "true" }, heads),
    lines,
    total,
  );
  // The cell under the pointer or the focus lights up in all three grids of its line
  const light = ({ target, type }) => {
    const cell = type === "pointerleave" ? null : target.closest(".xp-cell"),
      grid = cell?.closest(".xp-grid");
    const at = grid ? [...grid.querySelectorAll(".xp-cell")].indexOf(cell) : -1;
    for (const line of lines)
      for (const one of line.querySelectorAll(".xp-grid")) {
        one.querySelectorAll(".xp-cell").forEach((other, i) => {
          other.classList.toggle("lit", i === at && line.contains(cell));
        });
      }
  };
  for (const name of ["pointerover", "pointerleave", "focusin"]) el.addEventListener(name, light);

  function update(state, apart, colour) {
    el.classList.toggle("five", state.kernel.length === 5);
    heads[3].textContent = state.divisor === 1 ? "weights" : `weights \u00d7 ${format(state.divisor, 3)}`;
    const most = Math.max(1e-9, ...apart.products.flat(2).map(Math.abs)),
      slices = toSlices(state.kernel);
    parts.forEach(({ pixels, weights, products, sum }, c) => {
      pixels.show(apart.pixels[c], (v) =>
        v === null ? { classes: "unread", style: "" } : { classes: "", style: pixelStyle(v, c) },
      );
      weights.update(slices[c], (i, j) => ({ label: `${CHANNELS[c]} weight, ${cellName(i, j)}` }));
      products.show(apart.products[c], (v) => ({
        classes: v > 0 ? "pos" : v < 0 ? "neg" : "",
        style: `--v:${(0.8 * Math.abs(v)) / most}`,
      }));
      sum.textContent = format(apart.sums[c], 1);
    });
    total.replaceChildren(...steps(state, apart), h("span", { class: "ks-swatch", style: `background:${colour}` }));
  }
  return { el, update };
}

/** The equation's last line: from the sum, or the three sums, to what is drawn. */
function steps({ divisor, bias, relu }, { all, before, values }) {
  const list = (numbers) => numbers.map((value) => format(value, 1)).join(" \u00b7 ");
  return [
    step(all.length === 1 ? "sum of all" : "sums", list(all)),
    step("divided by", `\u00f7 ${format(divisor, 3)}`),
    bias && step("bias", plus(bias)),
    relu && step("before ReLU", `= ${list(before)}`),
    relu
      ? step("after ReLU", `\u2192 ${list(values)}`, "b")
      : step(all.length === 1 ? "one value" : "one colour", `= ${list(values)}`, "b"),
  ].filter(Boolean);
}

/** The controls: { presets, row, settings } are elements' places, set(state) shows a state, linked() says one slice. */
function controls(model) {
  const now = (name) => model.get(name),
    as = (name) => (value) => put(model, { [name]: value });
  const alike = (kernel) => kernel.flat().every(([r, g, b]) => r === g && r === b);
  let linked = alike(now("kernel"));
  const option = (label, name, options) => choice({ label, options, value: now(name), onInput: as(name) });
  const presets = presetRow(
    ({ kernel, divisor, view }) => {
      linked = alike(kernel);
      put(model, { kernel, divisor: now("channels") === "sum" ? 3 * divisor : divisor, view });
    },
    () => {
      linked = false;
      link.set(false);
    },
  );
  const channels = choice({
    label: "Channels",
    options: [
      ["sum", "add up to one map"],
      ["separate", "each by itself"],
    ],
    // Three times as many products are summed: three times the divisor keeps the brightness
    onInput: (value) => put(model, { channels: value, divisor: now("divisor") * (value === "sum" ? 3 : 1 / 3) }),
  });
  const stride = option("Stride", "stride", [
    [1, "1"],
    [2, "2"],
  ]);
  const padding = option("Padding", "padding", [
    ["valid", "valid"],
    ["same", "same"],
  ]);
  const view = option("Show the map", "view", [
    ["signed", "signed"],
    ["grey", "grey"],
  ]);
  const size = choice({
    label: "Size",
    options: [
      [3, "3 \u00d7 3"],
      [5, "5 \u00d7 5"],
    ],
    onInput: (value) => put(model, { kernel: resizeKernel(now("kernel"), value) }),
  });
  const link = toggle({
    label: "Same slice for all",
    onInput: (on) => {
      linked = on;
      if (on) put(model, { kernel: fromSlices(same(toSlices(now("kernel"))[0])) });
    },
  });
  const id = uid("divisor"),
    label = h("label", { class: "xp-label", for: id }, "Divide the sum by");
  const meant = h("small", { id: `${id}-meant` });
  const divisor = h("input", {
    id,
    type: "number",
    step: "any",
    "aria-describedby": meant.id,
    "data-lm-suppress-shortcuts": "true",
    oninput: () => {
      if (Number(divisor.value)) as("divisor")(Number(divisor.value));
    },
    onblur: () => showDivisor(now("divisor")),
  });
  const showDivisor = (value) => {
    divisor.value = Number(value.toPrecision(6));
  };
  const divide = h("span", { class: "xp-control" }, label, divisor, meant);
  const bias = slider({ label: "Bias", min: -255, max: 255, value: now("bias"), onInput: as("bias") });
  const relu = toggle({ label: "ReLU: below 0 \u2192 0", onInput: as("relu") });

  const plain = { channels, stride, padding, view, bias, relu };
  function set(state) {
    presets.set(state.kernel);
    for (const [name, control] of Object.entries(plain)) control.set(state[name]);
    size.set(state.kernel.length);
    linked &&= alike(state.kernel);
    link.set(linked);
    if (document.activeElement !== divisor) showDivisor(state.divisor);
    meant.textContent = `weights = numbers \u00f7 ${format(state.divisor, 3)}`;
    view.el.classList.toggle("ks-off", state.channels === "separate"); // three maps make a picture in colour
  }
  const row = h("div", { class: "xp-row" }, channels.el, stride.el, padding.el, view.el);
  const settings = h("div", { class: "ks-settings" }, size.el, link.el, divide, bias.el, relu.el);
  return { presets: presets.el, row, settings, set, linked: () => linked };
}

const TRAITS = ["kernel", "divisor", "bias", "channels", "stride", "padding", "relu", "view"];

/** What the kernel gives where all pixels of all channels are alike; with channels apart, what its red slice gives. */
export function onFlat({ kernel, divisor, bias, channels, relu }, value = 100) {
  const taps = kernel.flat().flatMap((taps) => (channels === "sum" ? taps : taps[0]));
  const made = (value * taps.reduce((sum, tap) => sum + tap, 0)) / divisor + bias;
  return relu ? Math.max(0, made) : made;
}

const slices = (value) =>
  Array.isArray(value) &&
  [3, 5].includes(value.length) &&
  value.every((row) => Array.isArray(row) && row.length === value.length && row.every((taps) => triple(taps)));
const triple = (taps) => Array.isArray(taps) && taps.length === 3 && taps.every(number);
const CHECKS = {
  kernel: slices,
  divisor: (value) => number(value) && value !== 0,
  bias: number,
  channels: oneOf("sum", "separate"),
  stride: oneOf(1, 2),
  padding: oneOf("valid", "same"),
  relu: flag,
  view: oneOf("signed", "grey"),
  point: wholes(2, 0, 480),
};

export async function render({ model, el }) {
  const [height, width] = model.get("shape"),
    photo = { height, width };
  const state = () => traitsOf(model, TRAITS),
    pointed = inFrame(look);
  let response,
    range,
    colours,
    table,
    hovered = null;

  const inMap = ([y, x]) => [clamp(y, 0, response.height - 1), clamp(x, 0, response.width - 1)];
  const keep = (at) => {
    hovered = null;
    put(model, { point: inMap(at) });
  };
  const hover = (at) => {
    hovered = at;
    pointed.soon();
  };
  const fromPhoto = (at) => {
    // the output whose window is centred nearest to a pixel of the photograph
    const { rows, columns } = geometry(photo, state()),
      half = (model.get("kernel").length - 1) / 2;
    return at && [at[0] + rows[0], at[1] + columns[0]].map((v) => Math.round((v - half) / model.get("stride")));
  };
  function keydown(event) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!by || modified(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const [y, x] = inMap(model.get("point")),
      far = event.shiftKey ? 10 : 1;
    keep([y + far * by[0], x + far * by[1]]);
  }
  const input = picture(
    { role: "img", "aria-label": "The photograph, its window under a magnifying glass" },
    (at) => hover(fromPhoto(at)),
    (at) => keep(fromPhoto(at)),
  );
  const output = picture(
    {
      role: "application",
      tabindex: 0,
      onkeydown: keydown,
      "aria-label": "The response. Arrow keys move to another value, with Shift by ten",
    },
    hover,
    keep,
  );
  const captions = [h("span"), h("span")],
    legend = h("div"),
    line = status(),
    settings = controls(model);
  const parts = equation((c, i, j, value) => {
    const slices = toSlices(model.get("kernel"));
    for (const slice of settings.linked() ? slices : [slices[c]]) slice[i][j] = clamp(value, -999, 999);
    put(model, { kernel: fromSlices(slices) });
  });
  root(
    el,
    "Kernel studio",
    "Choose or edit a kernel. Point at a picture to see how one value is made; click to hold it.",
  );
  el.append(
    settings.presets,
    settings.row,
    h("div", { class: "ks-pictures" }, figure(captions[0], input.el), figure(captions[1], output.el, legend)),
    h("div", { class: "xp-panel ks-panel" }, parts.el, settings.settings),
    line.el,
  );

  function readColours() {
    const { of } = coloursOf(el);
    colours = { outside: of("line"), accent: of("accent"), halo: of("bg") };
    table = themed(el);
  }
  function caption(k, title, { height: rows, width: columns }, depth) {
    captions[k].replaceChildren(h("b", {}, title), ` ${rows} \u00d7 ${columns} \u00d7 ${depth}`);
  }
  function showLegend(ends) {
    const beyond = (v, i) => (i === 0 && range.low < v ? "\u2264 " : i && v && range.high > v ? "\u2265 " : "");
    legend.className = `ks-legend ${ends.length === 3 ? "signed" : "grey"}`;
    legend.replaceChildren(...ends.map((v, i) => h("span", {}, beyond(v, i) + format(v, range.scale < 10 ? 1 : 0))));
  }
  function draw() {
    const now = state(),
      one = now.channels === "sum",
      signed = one && now.view === "signed";
    settings.set(now);
    response = respond(photo, now, response);
    range = spread(response.maps);
    const { scale } = range,
      [black, white] = shades(now, scale);
    output.show(response, { table: signed && table, scale, black, white }, photo);
    caption(1, one ? "Feature map" : "Three feature maps", response, response.maps.length);
    showLegend(signed ? [-scale, 0, scale] : [black, white]);
    look();
  }
  function look() {
    const now = state(),
      at = inMap(hovered ?? model.get("point")),
      apart = takeApart(photo, now, at);
    input.look(apart.top, apart.left, now.kernel.length, colours);
    output.look(...at, 1, colours);
    parts.update(now, apart, output.colour(...at));
    line.say(describe(now, range, apart, at));
  }

  readColours();
  photo.planes = await decodePhoto(model.get("photo"), height, width);
  input.show({ maps: photo.planes, height, width }, { black: 0, white: 255 }, photo);
  caption(0, "Photograph", photo, 3);
  const recolour = () => {
    readColours();
    draw();
  };
  const stops = [follow(model, TRAITS, draw), follow(model, ["point"], look), onTheme(recolour)];
  stops.push(
    lesson({
      model,
      el,
      traits: [...TRAITS, "point"],
      checks: CHECKS,
      guesses: {
        flat_sky: {
          question: () =>
            `On flat sky, where each pixel of each channel is 100, which number does ${
              state().channels === "sum" ? "this kernel" : "the red slice of this kernel"
            } give?`,
          answer: () => onFlat(state()),
          because: () =>
            `It is 100 times the sum of ${state().channels === "sum" ? "all" : "its"} weights, plus the bias` +
            `${state().relu ? "; ReLU turns what is below 0 into 0." : "."}`,
          cover: [line.el], // it tells what the weights sum to
        },
      },
    }),
  );
  return () => {
    for (const stop of [...stops, pointed.stop, line.stop]) stop();
  };
}

export default { render };
