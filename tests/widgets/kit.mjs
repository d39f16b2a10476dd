// Every part of the explorables' kit on one page, as an explorable would use it: the tests' bed, and a demonstration.

import { chart } from "/dnnlib/widgets/shared/chart.mjs";
import { edgesOf, fieldPoints, histogramOf } from "/dnnlib/widgets/shared/chart_numbers.mjs";
import { arrowOf, draggable, slidTo } from "/dnnlib/widgets/shared/drag.mjs";
import { batches, Network, rowsOf, softmax, tensor } from "/dnnlib/widgets/shared/network.mjs";
import { multiples, picture } from "/dnnlib/widgets/shared/picture.mjs";
import { player } from "/dnnlib/widgets/shared/player.mjs";
import { generator } from "/dnnlib/widgets/shared/random.mjs";
import { sheet, sheetColours } from "/dnnlib/widgets/shared/sheet.mjs";
import { clamp, figure, h, root } from "/dnnlib/widgets/shared/ui.mjs";

const range = (n) => Array.from({ length: n }, (_, i) => i);
const SQUARE = [-2.2, 2.2];
const CLASSES = ["inner", "middle", "outer"];

/** Points of three rings. */
export function rings(count = 150) {
  const { uniform, normal } = generator(4);
  const labels = range(count).map((i) => i % 3);
  const points = labels.flatMap((k) => {
    const [angle, radius] = [2 * Math.PI * uniform(), 0.4 + 0.6 * k + 0.1 * normal()];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return { labels, points };
}

/** A line with its band, a second one, a third one that ends early; or with `log` two losses over three decades. */
export function curves(log = false) {
  const made = chart({ height: 200 });
  const { normal } = generator(2);
  const falling = (rate, floor) => range(30).map((i) => floor + Math.exp(-i / rate) + 0.01 * normal());
  const [train, test] = [falling(5, 0.06), falling(7, 0.2)];
  const band = { low: test.map((v) => v - 0.07), high: test.map((v) => v + 0.07) };
  const marks = log
    ? [
        { kind: "line", name: "Adam", y: range(60).map((i) => 10 ** (-i / 15)) },
        { kind: "line", name: "SGD", y: range(60).map((i) => 2 / (1 + i)) },
      ]
    : [
        { kind: "line", name: "training", y: train },
        { kind: "line", name: "validation", y: test, ...band },
        { kind: "line", name: "stopped early", y: train.slice(0, 12).map((v) => v + 0.3) },
      ];
  made.draw({
    label: log ? "Loss, logarithmic" : "Loss",
    marks,
    x: { label: "epoch" },
    y: { label: "loss", log, zero: !log },
  });
  return made;
}

export function histogram() {
  const made = chart({ height: 180 });
  const { normal } = generator(3);
  const [before, after] = [range(500).map(normal), range(500).map(() => 0.5 * normal() + 1)];
  const edges = edgesOf([...before, ...after], 24);
  const bars = (name, values) => ({ kind: "bars", name, edges, counts: histogramOf(values, edges) });
  const axes = { x: { label: "activation" }, y: { label: "units" } };
  made.draw({ label: "Activations", marks: [bars("before", before), bars("after", after)], ...axes });
  return made;
}

export function scatter() {
  const made = chart({ height: 200 });
  const { normal } = generator(5);
  const cloud = (name, cx, cy) => ({
    kind: "points",
    name,
    x: range(40).map(() => cx + normal()),
    y: range(40).map(() => cy + normal()),
  });
  const marks = [
    cloud("cats", 0, 0),
    cloud("dogs", 3, 1),
    cloud("ships", 1, 4),
    cloud("frogs", 5, 4),
    cloud("cars", -3, 3),
  ];
  made.draw({ label: "Two features", marks, x: { label: "first" }, y: { label: "second" } });
  return made;
}

export function heat(signed = false) {
  const made = chart({ height: 240 });
  const { normal, uniform } = generator(6);
  const values = range(100).map((k) => (signed ? normal() : (k % 11 ? 3 : 40) + Math.round(3 * uniform())));
  const axis = (label) => ({ label, names: range(10).map(String) });
  const marks = [{ kind: "cells", values, columns: 10, signed }];
  made.draw({ label: signed ? "Weights" : "Confusions", marks, x: axis("predicted"), y: axis("true") });
  return made;
}

/** A network that learns three rings: player, loss, decision field. */
export function training({ autoplay = false } = {}) {
  const { labels, points } = rings(),
    x = tensor(points, [labels.length, 2]),
    side = 44,
    grid = tensor(fieldPoints(SQUARE, SQUARE, side, side), [side * side, 2]);
  const net = new Network(
    [["Dense", { units: 12 }], ["Tanh"], ["Dense", { units: 12 }], ["Tanh"], ["Dense", { units: 3 }]],
    {
      input_shape: [2],
      seed: 1,
    },
  );
  const field = chart({ height: 300 }),
    curve = chart({ height: 150 });
  let losses, next;
  const clouds = CLASSES.map((name, k) => {
    const own = labels.flatMap((label, i) => (label === k ? [i] : []));
    return { kind: "points", name, x: own.map((i) => points[2 * i]), y: own.map((i) => points[2 * i + 1]) };
  });
  function start() {
    net.reset(1);
    net.compile("SparseCategoricalCrossentropy", "Adam", { learning_rate: 0.01 });
    next = batches(labels.length, 32, 1);
    losses = [];
    show();
  }
  function show() {
    const values = softmax(net.forward(grid)).data;
    const regions = { kind: "field", names: CLASSES, values, columns: side, rows: side };
    const axes = { x: { label: "x", domain: SQUARE }, y: { label: "y", domain: SQUARE } };
    field.draw({ label: "Three rings", marks: [regions, ...clouds], ...axes });
    const marks = [{ kind: "line", name: "loss", y: losses }];
    curve.draw({ label: "Loss", marks, x: { label: "step" }, y: { label: "loss", zero: true } });
  }
  function step() {
    const { batch } = next();
    losses.push(
      net.trainOnBatch(
        rowsOf(x, batch),
        batch.map((i) => labels[i]),
      ),
    );
    return losses.length < 400;
  }
  const controls = player({ label: "Training", onStep: step, onFrame: show, onReset: start, speed: 60, autoplay });
  start();
  const el = h(
    "div",
    {},
    controls.el,
    h(
      "div",
      { class: "xp-stage" },
      h("div", { style: "flex: 1 1 15rem; min-width: 0" }, field.el),
      h("div", { style: "flex: 1 1 15rem; min-width: 0" }, curve.el),
    ),
  );
  return { el, player: controls, losses: () => losses, net, show };
}

export function pictures() {
  const { normal } = generator(8);
  const grey = picture({ size: 130 }),
    colour = picture({ size: 130 }),
    signed = picture({ size: 130 });
  const ramp = range(64).map((k) => ((k % 8) + Math.floor(k / 8)) / 14);
  grey.show({ values: ramp, height: 8, width: 8, label: "A ramp" });
  const bands = range(64).flatMap((k) => [k % 8 < 3 ? 255 : 20, Math.floor(k / 8) * 36, 120]);
  colour.show({ values: bands, height: 8, width: 8, channels: 3, low: 0, high: 255, label: "Colours" });
  signed.show({ values: range(49).map(normal), height: 7, width: 7, signed: true, label: "A kernel" });
  const many = multiples({ label: "Eight kernels", onPick: (i) => choose(i) });
  const kernels = range(8).map((n) => ({
    values: range(9).map(() => (n + 1) * normal()),
    height: 3,
    width: 3,
    signed: true,
    caption: `kernel ${n}`,
  }));
  const choose = (i) => many.show(kernels, i);
  choose(2);
  const maps = multiples({ label: "Maps", size: 48 });
  maps.show(range(3).map((n) => ({ values: ramp.map((v) => v * n), height: 8, width: 8, caption: `map ${n}` })));
  const el = h(
    "div",
    {},
    h(
      "div",
      { class: "xp-stage" },
      ...[grey, colour, signed].map((one, i) => figure(["grey", "red, green, blue", "signed"][i], one.el)),
    ),
    many.el,
    maps.el,
  );
  return { el, many, maps, grey };
}

/** A handle on a plane, a place on a map, a handle on a line: what was told of each stands in `told`. */
export function drags() {
  const told = { handle: [], map: [], line: [] };
  const made = (name, around) => {
    const el = h("div", { role: "slider", tabindex: 0, "aria-label": name, "aria-valuenow": 0 });
    el.style.cssText = around
      ? "position: relative; width: 200px; height: 100px; background: var(--xp-panel)"
      : "position: absolute; width: 30px; height: 30px; margin: -15px; background: var(--xp-accent)";
    return el;
  };
  const plane = h("div", { style: "position: relative; width: 200px; height: 100px; margin: 20px 0" }),
    line = h("div", { style: "position: relative; width: 200px; height: 40px" }),
    handle = made("handle"),
    map = made("map", true),
    value = made("line");
  plane.append(handle);
  line.append(value);
  let place = [100, 50],
    at = 0.5;
  function put(x, y) {
    place = [clamp(x, 0, 200), clamp(y, 0, 100)];
    told.handle.push([...place]);
    show();
  }
  function slide(next) {
    at = clamp(next, 0, 1);
    told.line.push(at);
    show();
  }
  function show() {
    Object.assign(handle.style, { left: `${place[0]}px`, top: `${place[1]}px` });
    Object.assign(value.style, { left: `${200 * at}px`, top: "20px" });
  }
  const drag = draggable(handle, {
    within: plane,
    from: () => place,
    onMove: put,
    onGrab: ({ shiftKey }) => !shiftKey,
    onDrop: () => told.handle.push("dropped"),
    onKey(event) {
      const to = arrowOf(event, 10);
      if (to) put(place[0] + to[0], place[1] - to[1]);
      return to;
    },
  });
  draggable(map, { onMove: (x, y) => told.map.push([x, y]), onDrop: () => told.map.push("dropped") });
  draggable(value, {
    within: line,
    touch: "pan-y",
    onMove: (x) => slide(x / 200),
    onKey(event) {
      const to = slidTo(event, at, [0, 1], 0.01);
      if (to !== undefined) slide(to);
      return to !== undefined;
    },
  });
  show();
  return { el: h("div", {}, plane, map, line), told, held: drag.held };
}

/** Paper to draw a digit on; told says what is drawn, and what the sheet has reported. */
function paper() {
  const told = { bitmap: new Uint8Array(32 * 32), events: [], texts: [] },
    el = h("div", { style: "width: 12rem" });
  const show = () => made.show(told.bitmap, sheetColours(el));
  const made = sheet({
    onInk(change, start) {
      told.bitmap = change(told.bitmap, 1);
      told.events.push(start ? "start" : "on");
      show();
    },
    onDone: () => told.events.push("done"),
    onClear() {
      told.bitmap = new Uint8Array(32 * 32);
      show();
    },
    onLook: () => requestAnimationFrame(show),
    onSay: (text) => told.texts.push(text),
  });
  el.append(made.el);
  return { el, told };
}

const PARTS = {
  curves: () => curves(),
  log: () => curves(true),
  histogram,
  scatter,
  heat: () => heat(),
  signed: () => heat(true),
  pictures,
  drags,
  paper,
};

/** Puts parts, or all, into an explorable. */
export function mount(el, names = [...Object.keys(PARTS), "training"], options = {}) {
  root(el, "The kit", "Every part of it.");
  const made = Object.fromEntries(names.map((name) => [name, name === "training" ? training(options) : PARTS[name]()]));
  for (const part of Object.values(made)) el.append(h("div", { style: "margin-top: 1rem" }, part.el));
  return made;
}
