// Charts: lines with bands, histograms, points, heat maps and decision fields, over axes with round numbers.

import { onTheme } from "./canvas.mjs";
import {
  MARKS,
  bandPath,
  barsPath,
  chartText,
  layoutOf,
  leaders,
  linePath,
  margins,
  markPath,
} from "./chart_numbers.mjs";
import { nearestReading, pointsPath, readable, readings, round, zeroLines } from "./chart_numbers.mjs";
import { limitsOf, paint, themed } from "./picture.mjs";
import { clamp, h, inFrame, modified, svg, uid } from "./ui.mjs";

export const DASHES = ["", "7 4", "2 3", "9 3 2 3", "12 5"];
export const SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
const COLOURS = 5; // --xp-series-0 and so on

/** A series' place among those that have a colour of their own: `style`, or its number. */
const styleOf = (mark, n) => (mark.style ?? n) % COLOURS;

function swatch(mark, n) {
  const style = styleOf(mark, n),
    colour = `var(--xp-series-${style})`;
  const inside =
    mark.kind === "points"
      ? svg("path", {
          d: markPath(SHAPES[style], 14, 7, 4),
          style: mark.hollow ? `stroke:${colour};stroke-width:2` : `fill:${colour}`,
        })
      : mark.kind === "bars"
        ? svg("rect", {
            x: 4,
            y: 1,
            width: 20,
            height: 12,
            rx: 2,
            style: `fill:${colour};stroke:${colour}`,
            "fill-opacity": 0.55,
            "stroke-dasharray": DASHES[style],
          })
        : svg("path", {
            d: "M1 7H27",
            style: `stroke:${colour}`,
            "stroke-width": 2.5,
            "stroke-dasharray": DASHES[style],
          });
  return h("span", {}, svg("svg", { width: 28, height: 14, "aria-hidden": "true" }, inside), mark.name);
}

/**
 * A chart in the width of its card. draw({ label, marks, x, y, legend }) shows marks, the later above the earlier:
 *
 * - { kind: "line", name, y, x, low, high }: x is 0, 1, 2 … if not given; low and high make a band;
 * - { kind: "bars", name, edges, counts }: see histogramOf and edgesOf;
 * - { kind: "points", name, x, y, texts, hollow, radii, said, look }: a text of `texts` follows the place when it is
 *   read, one of `said` stands instead of it; `look` is a class of the style sheet;
 * - { kind: "cells", values, columns, signed }: a heat map, the first row on top;
 * - { kind: "field", names, values, columns, rows }: of each class a number in each cell of the plane, see fieldPoints;
 *   the classes have the colours of the point series of the same places. Needs the domains of both axes.
 *
 * An axis is { label, log, domain, ticks, names, zero }. `labels(layout)` returns texts in the plot, { x, y, anchor, text }
 * in pixels. A mark's `style` is the place whose looks it has; a `quiet`
 * mark is left out of the legend.
 * With `reading` the chart takes the focus, arrow keys (Home, End, up and down in larger steps) go from value to value
 * and a line below says them. Returns { el, draw, scales, stop }; scales() are { box, sx, sy } of what is drawn, from
 * data units to pixels of the plot.
 */
export function chart({ height = 220, reading = true } = {}) {
  const painted = h("canvas", { class: "xp-chart-paint", "aria-hidden": "true" });
  const clip = uid("clip"),
    hole = svg("rect", {}),
    grid = svg("path", { class: "xp-chart-grid" }),
    axes = svg("g", { class: "xp-chart-axes" }),
    body = svg("g", { "clip-path": `url(#${clip})` }),
    named = svg("g", { "aria-hidden": "true" }),
    hand = svg("path", { class: "xp-chart-hand" });
  const drawing = svg(
    "svg",
    { class: "xp-chart-svg", role: "img", height },
    svg("clipPath", { id: clip }, hole),
    grid,
    body,
    named,
    axes,
    hand,
  );
  const cursor = h("div", { class: "xp-chart-cursor", role: "slider", tabindex: 0, "aria-valuemin": 1 });
  const legend = h("div", { class: "xp-chart-legend", "aria-hidden": "true" }); // the picture's text names the series
  const line = h("p", { class: "xp-chart-reading", "aria-hidden": "true" }); // the cursor's own text is what is spoken
  const plot = h(
    "div",
    { class: "xp-chart-plot", style: `height:${height}px` },
    painted,
    drawing,
    reading ? cursor : null,
  );
  const el = h("div", { class: "xp-chart" }, legend, plot, reading ? line : null);
  let spec,
    layout,
    width = 0,
    at = -1,
    found = null, // the readings, made when they are needed
    axesKey = "",
    legendKey = "",
    paths = [];

  function drawAxes() {
    const { box, sx, sy, xTicks, yTicks } = layout,
      { x = {}, y = {} } = spec;
    const key = JSON.stringify([box, xTicks, yTicks, x.label, y.label, layout.xDomain, layout.yDomain, width]);
    if (key === axesKey) return;
    axesKey = key;
    const text = (px, py, anchor, content, kind = "xp-chart-tick") =>
      svg("text", { x: round(px), y: round(py), "text-anchor": anchor, class: kind }, content);
    const cells = spec.marks.some(({ kind }) => kind === "cells" || kind === "field");
    const lines = yTicks.map((tick) => `M${box.left} ${round(sy(tick.at))}H${box.right}`);
    grid.setAttribute("d", cells ? "" : lines.join(""));
    axes.replaceChildren(
      svg("path", { d: `M${box.left} ${box.bottom}H${box.right}` }),
      ...xTicks.map((tick) => text(sx(tick.at), box.bottom + 16, "middle", tick.text)),
      ...yTicks.map((tick) => text(box.left - 6, sy(tick.at) + 4, "end", tick.text)),
      ...(x.label ? [text((box.left + box.right) / 2, box.bottom + 34, "middle", x.label, "xp-chart-label")] : []),
      ...(y.label ? [text(0, 12, "start", y.label, "xp-chart-label")] : []),
    );
    const room = { x: box.left, y: box.top - 6, width: box.right - box.left + 6, height: box.bottom - box.top + 7 };
    for (const [name, value] of Object.entries(room)) hole.setAttribute(name, value);
  }

  function drawLegend() {
    const series = spec.marks.filter(({ name, kind, quiet }) => name && kind !== "field" && !quiet);
    const [low, high] = limitsOf(spec.marks.filter(({ kind }) => kind === "cells").map(({ values }) => values));
    const cells = spec.marks.find(({ kind }) => kind === "cells");
    const key = JSON.stringify([
      series.map((mark) => [mark.name, mark.kind, mark.style, mark.hollow]),
      cells ? [low, high, cells.signed] : 0,
    ]);
    if (key === legendKey) return;
    legendKey = key;
    const most = cells?.signed ? Math.max(-low, high) : high;
    const ramp =
      cells &&
      h(
        "span",
        {},
        readable(cells.signed ? -most : low),
        h("i", { class: cells.signed ? "xp-ramp-signed" : "xp-ramp" }),
        readable(most),
      );
    const counted = spec.marks.filter(({ kind }) => kind !== "field");
    legend.replaceChildren(...(ramp ? [ramp] : series.map((mark) => swatch(mark, counted.indexOf(mark)))));
    legend.hidden = !ramp && (spec.legend === false || (spec.legend === undefined && series.length < 2));
  }

  /** The heat map or the field, one canvas pixel a cell; the style sheet enlarges it, a field smoothly. */
  function drawPaint() {
    const mark = spec.marks.find(({ kind }) => kind === "cells" || kind === "field");
    painted.hidden = !mark;
    if (!mark) return;
    const { box } = layout,
      { columns } = mark,
      rows = mark.rows ?? mark.values.length / columns;
    if (painted.width !== columns || painted.height !== rows) Object.assign(painted, { width: columns, height: rows });
    const context = painted.getContext("2d"),
      data = context.createImageData(columns, rows),
      pixels = new Uint32Array(data.data.buffer);
    if (mark.kind === "cells") {
      const [low, high] = limitsOf([mark.values]);
      const signed = { table: themed(el), scale: Math.max(-low, high) || 1 };
      paint(pixels, [mark.values], mark.signed ? signed : { table: themed(el), zero: low, scale: high - low || 1 });
    } else paintField(data.data, mark, rows);
    context.putImageData(data, 0, 0);
    painted.classList.toggle("smooth", mark.kind === "field");
    const place = { left: box.left, top: box.top, width: box.right - box.left, height: box.bottom - box.top };
    for (const [name, value] of Object.entries(place)) painted.style[name] = `${value}px`;
  }

  function paintField(bytes, { values, names, columns }, rows) {
    const { best, lead } = leaders(values, names.length),
      style = getComputedStyle(el);
    const colours = names.map((_, k) => {
      const text = style.getPropertyValue(`--xp-series-${k % COLOURS}`).trim();
      return [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
    });
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const from = i * columns + j,
          to = 4 * ((rows - 1 - i) * columns + j), // the lowest y is the last row of pixels
          colour = colours[best[from]];
        for (let c = 0; c < 3; c++) bytes[to + c] = colour[c];
        bytes[to + 3] = 255 * (0.1 + 0.4 * Math.min(1, lead[from])); // over the card's own colour
      }
  }

  /** Where a field's regions meet. */
  function borders({ values, names, columns, rows }) {
    const { box } = layout,
      wide = (box.right - box.left) / columns,
      tall = (box.bottom - box.top) / rows;
    const place = (j, i) => `${round(box.left + (j + 0.5) * wide)} ${round(box.bottom - (i + 0.5) * tall)}`;
    let path = "";
    for (const k of names.length === 2 ? [0] : names.keys())
      for (const [j, i, l, m] of zeroLines(margins(values, names.length, k), columns, rows))
        path += `M${place(j, i)}L${place(l, m)}`;
    return path;
  }

  /** Of a mark the paths to draw: [class, d] each. */
  function pathsOf(mark, style) {
    const { sx, sy } = layout;
    if (mark.kind === "line") {
      const band = mark.low ? [["xp-chart-band", bandPath(mark, sx, sy)]] : [];
      return [...band, ["xp-chart-line", linePath(mark, sx, sy)]];
    }
    if (mark.kind === "bars") return [["xp-chart-bars", barsPath(mark, sx, sy)]];
    const look = [
      painted.hidden ? "" : " on-field",
      mark.hollow ? " hollow" : "",
      mark.look ? ` ${mark.look}` : "",
    ].join("");
    if (mark.kind === "points") return [[`xp-chart-points${look}`, pointsPath(mark, SHAPES[style], sx, sy)]];
    return mark.kind === "field" ? [["xp-chart-border", borders(mark)]] : [];
  }

  function drawMarks() {
    let n = 0;
    const wanted = spec.marks.flatMap((mark) => {
      const style = mark.kind === "field" ? 0 : styleOf(mark, n++);
      return pathsOf(mark, style).map(([kind, d]) => ({ kind, d, style }));
    });
    while (paths.length > wanted.length) paths.pop().remove();
    while (paths.length < wanted.length) {
      paths.push(svg("path"));
      body.append(paths.at(-1));
    }
    wanted.forEach(({ kind, d, style }, i) => {
      if (paths[i].getAttribute("d") !== d) paths[i].setAttribute("d", d);
      const look = `${kind} s${style}`;
      if (paths[i].getAttribute("class") === look) return;
      paths[i].setAttribute("class", look);
      if (kind === "xp-chart-line" || kind === "xp-chart-bars")
        paths[i].setAttribute("stroke-dasharray", DASHES[style]);
      else paths[i].removeAttribute("stroke-dasharray");
    });
  }

  function drawLabels() {
    const texts = spec.labels?.(layout) ?? [];
    if (!texts.length && !named.childElementCount) return;
    named.replaceChildren(
      ...texts.map(({ text, anchor, x, y }) => svg("text", { x: round(x), y: round(y), "text-anchor": anchor }, text)),
    );
  }

  function drawNow() {
    if (!spec || !width) return;
    layout = layoutOf(spec, width, height);
    found = null;
    drawAxes();
    drawLegend();
    drawPaint();
    drawMarks();
    drawLabels();
    drawing.setAttribute("aria-label", chartText(spec));
    if (at >= 0 || !cursor.hasAttribute("aria-valuenow")) point(at);
  }

  /** Puts the cursor on a reading; on none with -1. */
  function point(next) {
    if (!reading) return;
    found ??= readings(spec);
    const { list } = found;
    at = Math.min(next, list.length - 1);
    const one = list[at],
      { sx, sy, box } = layout;
    const upright = one && !found.plane ? `M${round(sx(one.x))} ${box.top}V${box.bottom}` : "";
    hand.setAttribute(
      "d",
      one
        ? upright +
            one
              .dots()
              .map(([x, y]) => markPath("circle", sx(x), sy(y), 6))
              .join("")
        : "",
    );
    const text = one?.text() ?? "";
    line.textContent = text || "Point or use arrow keys to read.";
    line.classList.toggle("told", text !== "");
    const said = {
      "aria-label": `${spec.label}: read a value`,
      "aria-valuenow": Math.max(1, at + 1),
      "aria-valuemax": Math.max(1, list.length),
      "aria-valuetext": text || "no value yet",
    };
    for (const [name, value] of Object.entries(said)) cursor.setAttribute(name, value);
  }

  cursor.addEventListener("keydown", (event) => {
    if (modified(event) || !layout) return;
    found ??= readings(spec);
    const { list, stride } = found,
      down = spec.marks.some(({ kind }) => kind === "cells") ? stride : -stride;
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - down,
      ArrowDown: at + down,
      Home: 0,
      End: list.length - 1,
    }[event.key];
    if (event.key === "Escape" && at >= 0) return point(-1);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    point(clamp(to, 0, list.length - 1));
  });
  function follow(event) {
    if (!layout) return;
    found ??= readings(spec);
    const { left, top } = cursor.getBoundingClientRect();
    point(nearestReading(found, layout.sx, layout.sy, event.clientX - left, event.clientY - top));
  }
  for (const type of ["pointermove", "pointerdown"]) cursor.addEventListener(type, follow);
  cursor.addEventListener("pointerleave", ({ pointerType }) => {
    const kept = pointerType === "touch" || document.activeElement === cursor; // a finger leaves what it has tapped
    if (layout && !kept) point(-1);
  });

  const { soon, stop: stopFrame } = inFrame(drawNow);
  const watch = new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) === width) return;
    width = Math.round(contentRect.width);
    drawing.setAttribute("width", width);
    drawNow();
  });
  watch.observe(plot);
  const stopTheme = onTheme(drawNow);
  function draw(next) {
    for (const { kind } of next.marks)
      if (!MARKS.includes(kind)) throw new Error(`expected a mark of kind ${MARKS.join(", ")}, received ${kind}`);
    spec = next;
    soon();
  }
  return {
    el,
    draw,
    scales: () => layout,
    stop() {
      watch.disconnect();
      stopFrame();
      stopTheme();
    },
  };
}
