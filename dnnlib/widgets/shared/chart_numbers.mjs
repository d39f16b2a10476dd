// The numbers and the geometry of a chart: ticks, scales, bins, regions, what can be read of it, paths.

import { limitsOf } from "./picture.mjs";
import { clamp, format, times } from "./ui.mjs";

/** Round numbers from low to high, about so many: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low, high, count = 5) {
  const rough = (high - low) / Math.max(1, count) || 1,
    power = 10 ** Math.floor(Math.log10(rough)),
    step = power * ([1, 2, 5].find((nice) => nice * power >= rough * 0.999) ?? 10),
    first = Math.ceil(low / step - 1e-9),
    last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten from low to high; with 2 and 5 times them where there are fewer than three. */
export function logTicks(low, high, count = 5) {
  const from = Math.floor(Math.log10(low)),
    to = Math.ceil(Math.log10(high)),
    powers = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const inside = (ticks) => ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  const tens = inside(powers);
  if (tens.length < 3) {
    const more = inside(powers.flatMap((power) => [power, 2 * power, 5 * power]));
    return more.length > 1 ? more : niceTicks(low, high, count);
  }
  const every = Math.ceil(tens.length / Math.max(2, count));
  return tens.filter((_, i) => i % every === 0);
}

const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
/** A tick's number: as many decimals as the ticks need, powers of ten where it would be long. */
export function tickText(value, ticks = [value]) {
  const size = Math.max(...ticks.map(Math.abs)),
    least = Math.min(...ticks.filter(Boolean).map(Math.abs));
  if (value && (size >= 1e6 || least < 1e-3)) {
    const power = Math.floor(Math.log10(Math.abs(value)) + 1e-9),
      front = format(value / 10 ** power, 2),
      raised = [...String(Math.abs(power))].map((digit) => RAISED[digit]).join("");
    const ten = `10${power < 0 ? "\u207b" : ""}${raised}`;
    return front === "1" ? ten : `${front}\u00b7${ten}`;
  }
  const decimals = (tick) => (String(tick).split(".")[1] ?? "").length;
  return format(value, Math.min(6, Math.max(...ticks.map(decimals))));
}

/** A number as it is read aloud: three digits that count; very small and very large ones as powers of ten. */
export const readable = (value) =>
  value && (Math.abs(value) < 1e-3 || (Math.abs(value) >= 1e9 && Number.isFinite(value)))
    ? tickText(value)
    : format(value, clamp(2 - Math.floor(Math.log10(Math.abs(value || 1))), 0, 6));

/** From a domain [low, high] to pixels [from, to], linear or by logarithms; `back` is the inverse. */
export function scaleOf([low, high], [from, to], log = false) {
  const forth = log ? Math.log10 : (value) => value,
    [a, b] = [forth(low), forth(high)],
    gain = (to - from) / (b - a || 1);
  const scale = (value) => from + (forth(value) - a) * gain;
  scale.back = (place) => (log ? 10 ** (a + (place - from) / gain) : a + (place - from) / gain);
  return scale;
}

/** How many numbers lie in each of the bins between these edges; the last bin holds its upper edge, as in NumPy. */
export function histogramOf(values, edges) {
  const counts = new Array(edges.length - 1).fill(0);
  for (const value of values) {
    if (!(value >= edges[0] && value <= edges.at(-1))) continue;
    let low = 0,
      high = counts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= edges[middle]) low = middle;
      else high = middle;
    }
    counts[low] += 1;
  }
  return counts;
}

/** So many bins of one width over these numbers: their edges. */
export function edgesOf(values, bins) {
  const [low, high] = limitsOf([values]),
    from = low === high ? low - 0.5 : low,
    width = (low === high ? 1 : high - low) / bins;
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? from + width * bins : from + i * width));
}

/** The centres of a field's cells over [x0, x1] × [y0, y1]: x and y by turns, row by row from the lowest y. */
export function fieldPoints([x0, x1], [y0, y1], columns, rows) {
  const points = new Float64Array(2 * columns * rows);
  for (let i = 0, p = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      points[p++] = x0 + ((j + 0.5) / columns) * (x1 - x0);
      points[p++] = y0 + ((i + 0.5) / rows) * (y1 - y0);
    }
  return points;
}

/**
 * Marching squares (Lorensen & Cline, 1987, in two dimensions): where a grid of numbers passes zero, as segments
 * [column, row, column, row] between the places of the numbers, interpolated.
 */
export function zeroLines(values, columns, rows) {
  const segments = [],
    at = (i, j) => values[i * columns + j];
  for (let i = 0; i + 1 < rows; i++)
    for (let j = 0; j + 1 < columns; j++) {
      const a = at(i, j), // around the cell
        b = at(i, j + 1),
        c = at(i + 1, j + 1),
        d = at(i + 1, j);
      if (a > 0 === b > 0 && b > 0 === c > 0 && c > 0 === d > 0) continue; // most cells
      const sides = [];
      if (a > 0 !== b > 0) sides.push([j + a / (a - b), i]);
      if (b > 0 !== c > 0) sides.push([j + 1, i + b / (b - c)]);
      if (c > 0 !== d > 0) sides.push([j + d / (d - c), i + 1]);
      if (d > 0 !== a > 0) sides.push([j, i + a / (a - d)]);
      // A saddle has four: the middle's sign says which two belong together
      if (sides.length === 4 && a + b + c + d > 0 !== a > 0) sides.push(sides.shift());
      for (let k = 0; k + 1 < sides.length; k += 2) segments.push([...sides[k], ...sides[k + 1]]);
    }
  return segments;
}

/** Of each cell the class with the largest number, and its lead over the second, by which fields are coloured. */
export function leaders(values, classes) {
  const best = new Uint8Array(values.length / classes),
    lead = new Float64Array(best.length);
  for (let i = 0; i < best.length; i++) {
    let first = -Infinity,
      second = -Infinity;
    for (let k = 0; k < classes; k++) {
      const value = values[i * classes + k];
      if (value > first) {
        second = first;
        first = value;
        best[i] = k;
      } else second = Math.max(second, value);
    }
    lead[i] = first - second;
  }
  return { best, lead };
}

/** Of one class and the best other in each cell, the first's number less the second's: zero where its region ends. */
export function margins(values, classes, one) {
  return Float64Array.from({ length: values.length / classes }, (_, i) => {
    let other = -Infinity;
    for (let k = 0; k < classes; k++) if (k !== one) other = Math.max(other, values[i * classes + k]);
    return values[i * classes + one] - other;
  });
}

const given = (marks, read) => marks.flatMap((mark) => read(mark).map((values) => Array.from(values ?? [])));
/** The least and largest x and y that marks need; a little air around points and lines. */
export function domainOf(marks, axis, { domain, log = false, zero = false } = {}) {
  if (domain) return domain;
  const rows = { x: (m) => [m.x ?? m.edges ?? m.y?.map((_, i) => i)], y: (m) => [m.y, m.low, m.high, m.counts] }[axis];
  const numbers = given(marks, rows).flat();
  if (axis === "y" && (zero || marks.some(({ counts }) => counts))) numbers.push(0);
  const [low, high] = limitsOf([log ? numbers.filter((value) => value > 0) : numbers]);
  if (log) return low < high ? [low, high] : [low / 2 || 0.1, high * 2 || 1];
  const air = (high - low || 1) * (axis === "y" || marks.some(({ kind }) => kind === "points") ? 0.05 : 0);
  const grounded = axis === "y" && low === 0;
  return [grounded ? 0 : low - air, high === low ? low + 1 : high + air];
}

/** A line's x: given, or 0, 1, 2 … */
const xOf = (mark, i) => mark.x?.[i] ?? i;

const sayRange = (low, high) => `${readable(low)} to ${readable(high)}`;
const coarse = (count) => Math.max(1, Math.round(count / 10));

/** How each kind of marks is read: { list, stride, plane } as `readings` gives them. */
const READ = {
  cells([{ values, columns }], x, y) {
    const name = (axis, at) => axis.names?.[at] ?? readable(at);
    const list = Array.from(values, (value, k) => {
      const [i, j] = [Math.floor(k / columns), k % columns];
      const place = () => `${y.label ?? "row"} ${name(y, i)}, ${x.label ?? "column"} ${name(x, j)}`;
      return { x: j, y: i, dots: () => [[j, i]], text: () => `${place()}: ${readable(value)}` };
    });
    return { list, stride: columns, plane: true };
  },
  bars(bars) {
    const { edges } = bars[0];
    const said = ({ name, counts }, i) => (bars.length > 1 ? `${name} ${readable(counts[i])}` : readable(counts[i]));
    const list = Array.from(bars[0].counts, (_, i) => {
      const middle = (edges[i] + edges[i + 1]) / 2;
      const text = () => `${sayRange(edges[i], edges[i + 1])}: ${bars.map((bar) => said(bar, i)).join(", ")}`;
      return { x: middle, y: 0, dots: () => bars.map(({ counts }) => [middle, counts[i]]), text };
    });
    return { list, stride: 1, plane: false };
  },
  line(lines, x) {
    const places = lines.map((line) => new Map(Array.from(line.y, (_, i) => [xOf(line, i), i])));
    const xs = [...new Set(places.flatMap((place) => [...place.keys()]))].sort((a, b) => a - b);
    const band = ({ low, high }, i) => (low ? ` (${sayRange(low[i], high[i])})` : "");
    const list = xs.map((at) => {
      const here = () => lines.flatMap((line, n) => (places[n].has(at) ? [[line, places[n].get(at)]] : []));
      const said = () => here().map(([line, i]) => `${line.name} ${readable(line.y[i])}${band(line, i)}`);
      const text = () => `${x.label ?? "x"} ${readable(at)}: ${said().join(", ")}`;
      return { x: at, y: 0, dots: () => here().map(([line, i]) => [at, line.y[i]]), text };
    });
    return { list, stride: coarse(list.length), plane: false };
  },
  points(clouds, x, y) {
    const list = clouds.flatMap((mark) =>
      Array.from(mark.y, (up, i) => {
        const across = mark.x[i],
          place = () => `${x.label ?? "x"} ${readable(across)}, ${y.label ?? "y"} ${readable(up)}`;
        const text = () => mark.said?.[i] ?? [`${mark.name}: ${place()}`, mark.texts?.[i]].filter(Boolean).join(", ");
        return { x: across, y: up, dots: () => [[across, up]], text };
      }),
    );
    return { list: list.sort((a, b) => a.x - b.x), stride: coarse(list.length), plane: true };
  },
};

/**
 * What can be read of a chart, from left to right: { list: [{ x, y, dots(), text() }], stride, plane }, in data units.
 * Lines are read together at one x, histograms bin by bin, heat maps cell by cell, points one by one. Keys up and down
 * go on by `stride`; of a `plane` both x and y say what is near, else x alone.
 */
export function readings({ marks, x = {}, y = {} }) {
  for (const [kind, read] of Object.entries(READ)) {
    const own = marks.filter((mark) => mark.kind === kind);
    if (own.length) return read(own, x, y);
  }
  return { list: [], stride: 1, plane: false };
}

const WORDS = {
  line({ name, y, ...mark }, { label = "x" }) {
    const last = y.length - 1;
    if (last < 0) return `${name}: no values yet`;
    const at = `at ${label} ${readable(xOf(mark, last))}`;
    return `${name} is ${readable(y[last])} ${at}, from ${sayRange(...limitsOf([y]))} in all`;
  },
  bars({ name, counts, edges }) {
    const most = counts.indexOf(Math.max(...counts)),
      where = sayRange(edges[most], edges[most + 1]);
    return `${name}: ${counts.length} bins, the highest from ${where} with ${readable(counts[most])}`;
  },
  points: ({ name, y }) => `${y.length} points of ${name}`,
  cells: ({ values, columns }) =>
    `${times(values.length / columns, columns)} cells, ${sayRange(...limitsOf([values]))}`,
  field({ names, values }) {
    const { best } = leaders(values, names.length);
    const share = (k) => Math.round((100 * best.filter((one) => one === k).length) / best.length);
    return `regions: ${names.map((name, k) => `${name} ${share(k)} %`).join(", ")}`;
  },
};

/** The kinds of marks. */
export const MARKS = Object.keys(WORDS);

/** What a chart shows, in words: of a line where it ends, of a histogram its highest bin, and so on. */
export function chartText({ label, marks, x = {}, y = {} }) {
  const axes = [x.label && `${x.label} across`, y.label && `${y.label} up`].filter(Boolean).join(", ");
  return `${[label, axes].filter(Boolean).join(": ")}. ${marks.map((mark) => WORDS[mark.kind](mark, x)).join("; ")}.`;
}

/** A place in pixels, as paths write it: they take no number with many digits. */
export const round = (value) => Math.round(clamp(value, -1e6, 1e6) * 10) / 10;
/** The path of a line; a number that is none leaves a gap. */
export function linePath({ y, ...mark }, sx, sy) {
  let path = "",
    pen = "M";
  for (let i = 0; i < y.length; i++) {
    const px = sx(xOf(mark, i)),
      py = sy(y[i]);
    if (!Number.isFinite(px) || !Number.isFinite(py)) pen = "M";
    else {
      path += `${pen}${round(px)} ${round(py)}`;
      pen = "L";
    }
  }
  return path;
}

/** The outline of a band: along its upper edge and back along the lower one. */
export function bandPath({ low, high, ...mark }, sx, sy) {
  const there = [],
    back = [];
  for (let i = 0; i < low.length; i++) {
    const [px, top, bottom] = [sx(xOf(mark, i)), sy(high[i]), sy(low[i])];
    if (![px, top, bottom].every(Number.isFinite)) continue;
    there.push(`${round(px)} ${round(top)}`);
    back.push(`${round(px)} ${round(bottom)}`);
  }
  return there.length ? `M${there.join("L")}L${back.reverse().join("L")}Z` : "";
}

/** One mark of a shape with its middle at a point, as a piece of a path. */
export function markPath(shape, x, y, r) {
  const [px, py] = [round(x), round(y)],
    k = round(r * 1.15);
  if (shape === "square") return `M${px - r} ${py - r}h${2 * r}v${2 * r}h${-2 * r}Z`;
  if (shape === "triangle") return `M${px} ${round(py - k * 1.1)}l${k} ${round(1.9 * k)}h${-2 * k}Z`;
  if (shape === "diamond")
    return `M${px} ${round(py - 1.3 * r)}l${1.3 * r} ${1.3 * r}l${-1.3 * r} ${1.3 * r}l${-1.3 * r} ${-1.3 * r}Z`;
  if (shape === "cross") {
    const t = round(r * 0.45);
    const arm = r - t;
    const [there, back] = [`h${arm}v${-arm}h${2 * t}v${arm}h${arm}`, `h${-arm}v${arm}h${-2 * t}v${-arm}h${-arm}`];
    return `M${px - r} ${py - t}${there}v${2 * t}${back}Z`;
  }
  return `M${round(px - r)} ${py}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

/** The size of a mark, as markPath takes it, that covers so many square pixels; of all shapes but the cross. */
export function radiusOf(shape, area) {
  const ofOne = { square: 4, triangle: 1.9 * 1.15 ** 2, diamond: 2 * 1.3 ** 2 }[shape] ?? Math.PI;
  return Math.sqrt(area / ofOne);
}

/** All marks of a series as one path. */
export function pointsPath({ x, y, radii }, shape, sx, sy, r = 4) {
  let path = "";
  for (let i = 0; i < y.length; i++)
    if (Number.isFinite(x[i] + y[i])) path += markPath(shape, sx(x[i]), sy(y[i]), radii?.[i] ?? r);
  return path;
}

/** A histogram as one path: bars beside each other, a hair apart. */
export function barsPath({ edges, counts }, sx, sy) {
  const ground = round(sy(0));
  let path = "";
  for (let i = 0; i < counts.length; i++) {
    const left = sx(edges[i]) + 0.5,
      width = sx(edges[i + 1]) - 0.5 - left;
    if (counts[i]) path += `M${round(left)} ${ground}V${round(sy(counts[i]))}h${round(width)}V${ground}Z`;
  }
  return path;
}

/** Which reading is nearest to a place in pixels; of a plane's by both axes, else by x alone. */
export function nearestReading({ list, plane }, sx, sy, px, py) {
  let nearest = -1,
    least = Infinity;
  list.forEach((one, i) => {
    const distance = Math.abs(sx(one.x) - px) ** 2 + (plane ? Math.abs(sy(one.y) - py) ** 2 : 0);
    if (distance < least) [nearest, least] = [i, distance];
  });
  return nearest;
}

const textWidth = (texts) => 6.4 * Math.max(0, ...texts.map((text) => text.length));

/** An axis's ticks with their texts: as many as there is room for. */
function ticksOf([low, high], { log, names, ticks: fixed }, room, length) {
  if (names) {
    const every = Math.ceil((names.length * room(names)) / Math.max(1, length));
    return names.map((text, at) => ({ at, text })).filter(({ at }) => at % every === 0);
  }
  for (let count = 7; ; count--) {
    const ticks = fixed ?? (log ? logTicks : niceTicks)(low, high, count),
      texts = ticks.map((tick) => tickText(tick, log ? [tick] : ticks));
    if (count <= 1 || fixed || room(texts) * ticks.length <= length)
      return ticks.map((at, i) => ({ at, text: texts[i] }));
  }
}

/** Where everything stands: the plot's box, the scales, the ticks. */
export function layoutOf({ marks, x = {}, y = {} }, width, height) {
  const cells = marks.find(({ kind }) => kind === "cells");
  const around = (count) => [-0.5, count - 0.5];
  const xDomain = cells ? around(cells.columns) : domainOf(marks, "x", x),
    yDomain = cells ? around(cells.values.length / cells.columns).reverse() : domainOf(marks, "y", y);
  const numbered = (axis, count) =>
    cells && !axis.names ? { ...axis, names: Array.from({ length: count }, (_, i) => String(i)) } : axis;
  const across = numbered(x, cells?.columns),
    up = numbered(y, cells && cells.values.length / cells.columns);
  const top = y.label ? 24 : 10,
    bottom = height - (x.label ? 40 : 24);
  const yTicks = ticksOf(cells ? [0, 1] : yDomain, up, () => (up.names ? 15 : 19), bottom - top);
  const left = Math.ceil(textWidth(yTicks.map(({ text }) => text)) + 12),
    right = width - 12;
  const xTicks = ticksOf(cells ? [0, 1] : xDomain, across, (texts) => textWidth(texts) + 14, right - left);
  return {
    box: { left, right, top, bottom },
    sx: scaleOf(xDomain, [left, right], x.log),
    sy: scaleOf(yDomain, [bottom, top], y.log),
    xDomain,
    yDomain,
    xTicks,
    yTicks,
  };
}
