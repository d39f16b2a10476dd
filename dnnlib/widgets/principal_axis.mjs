// The principal axis: turn an axis over a cloud of points; what it keeps and what it loses are one bar of constant length.

import { chart } from "./shared/chart.mjs";
import { markPath, niceTicks, readable, round, scaleOf, tickText } from "./shared/chart_numbers.mjs";
import { arrowOf, draggable, slidTo } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { covarianceOf, meanOf, principalComponents } from "./shared/linear_algebra.mjs";
import { flag, number, tableOf, whole } from "./shared/link.mjs";
import { generator } from "./shared/random.mjs";
import { button, choice, clamp, figure, follow, format, h, many, menu, percent, put } from "./shared/ui.mjs";
import { remembered, root, status, svg, toggle, traitsOf } from "./shared/ui.mjs";

const COUNT = 40, // points of a cloud with a name
  MOST = 200,
  ROOM = 0.12, // around the points, as a share of the frame
  EVERY = 2, // degrees between two places of the curve
  SIZE = 380, // the plane's own units
  DEVIATIONS = 2; // from the middle of the ellipse to its rim

// ---- The points ----

const RADIANS = Math.PI / 180;
/** The direction at an angle in degrees, counted from the first feature towards the second. */
export const directionOf = (angle) => [Math.cos(RADIANS * angle), Math.sin(RADIANS * angle)];

/** A cloud around (3, 2) that is `long` times one way and `wide` times across it. */
function normalCloud(seed, long, wide, angle) {
  const { normal } = generator(seed),
    [u, v] = directionOf(angle);
  return Array.from({ length: COUNT }, () => {
    const [a, b] = [long * normal(), wide * normal()];
    return [3 + a * u - b * v, 2 + a * v + b * u];
  });
}
/** A ring around the same place. */
function ring(seed) {
  const { normal, uniform } = generator(seed);
  return Array.from({ length: COUNT }, () => {
    const [u, v] = directionOf(360 * uniform()),
      radius = 1.6 + 0.12 * normal();
    return [3 + radius * u, 2 + radius * v];
  });
}
/** The clouds with a name: how they are called, and their points. */
const CLOUDS = {
  long: ["a long cloud", () => normalCloud(7, 1.4, 0.45, 125)],
  round: ["a round cloud", () => normalCloud(5, 1, 1, 0)],
  ring: ["a ring", () => ring(3)],
};

/** The points as given or drawn, before any is moved: [x, y] each, places rounded to hundredths. */
export const cloudOf = remembered(["cloud"], ({ cloud }) =>
  Array.isArray(cloud) ? cloud : CLOUDS[cloud][1]().map((point) => point.map((value) => Math.round(100 * value) / 100)),
);

/** The points as they stand: some moved, the second feature's numbers times `scale`. */
export function pointsOf(state) {
  const points = cloudOf(state).map((point) => [...point]);
  for (const [i, x, y] of state.moved) if (i in points) points[i] = [x, y];
  return points.map(([x, y]) => [x, y * state.scale]);
}

/** The square part of the plane that is shown: { x: [low, high], y: [low, high] }, the origin and all points in it. */
export function frameOf(state) {
  const ends = (values) => [Math.min(...values), Math.max(...values)],
    around = (points) => [0, 1].map((axis) => ends([0, ...points.map((point) => point[axis])])),
    still = around(pointsOf({ ...state, moved: [] })),
    all = around(pointsOf(state)),
    room = ROOM * Math.max(...still.map(([low, high]) => high - low)),
    sides = still.map(([low, high], axis) => [Math.min(low - room, all[axis][0]), Math.max(high + room, all[axis][1])]),
    half = Math.max(...sides.map(([low, high]) => high - low)) / 2;
  const [x, y] = sides.map(([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half]);
  return { x, y };
}

// ---- What an axis keeps ----

/**
 * What the axis at an angle keeps of the points: { centre, along, across, kept, lost, total }. Along the axis and
 * across it each point lies so far from the centre; kept, lost and total are the sums of these squares and of the
 * squared distances, divided by points - 1.
 */
export function measuresOf(points, angle, centred) {
  const [u, v] = directionOf(angle),
    centre = centred ? meanOf(points) : [0, 0],
    away = points.map(([x, y]) => [x - centre[0], y - centre[1]]),
    mean = (values) => values.reduce((sum, value) => sum + value, 0) / (points.length - 1);
  const along = away.map(([x, y]) => x * u + y * v),
    across = away.map(([x, y]) => y * u - x * v);
  return {
    centre,
    along,
    across,
    kept: mean(along.map((a) => a * a)),
    lost: mean(across.map((a) => a * a)),
    total: mean(away.map(([x, y]) => x * x + y * y)),
  };
}

const share = (part, all) => (all > 0 ? part / all : 0);
/** The angle of a direction, from 0 up to 180 degrees: an axis has no front. */
export function angleOf([x, y]) {
  const angle = Math.atan2(y, x) / RADIANS;
  return ((angle % 180) + 180) % 180;
}
/** The angle between two axes, 0 to 90 degrees. */
export const between = (a, b) => 90 - Math.abs(90 - (Math.abs(a - b) % 180));

/** The first principal axis: { angle, share, components, variances, mean }. */
export function bestOf(points, centred) {
  const found = principalComponents(points, { centred }),
    [first, second] = found.variances;
  return { ...found, angle: angleOf(found.components[0]), share: share(first, first + second) };
}

/** What every axis keeps and loses, from 0 to 180 degrees: { angles, kept, lost }, by the covariance matrix. */
export function sweepOf(points, centred) {
  const [[a, b], [, d]] = covarianceOf(points, centred ? {} : { mean: [0, 0] }),
    angles = Array.from({ length: 180 / EVERY + 1 }, (_, i) => i * EVERY);
  const kept = angles.map((angle) => {
    const [u, v] = directionOf(angle);
    return a * u * u + 2 * b * u * v + d * v * v;
  });
  return { angles, kept, lost: kept.map((value) => a + d - value) };
}

// ---- The guesses ----

export const bestAngle = (state) => bestOf(pointsOf(state), state.centred).angle;
export const keptShare = (state) => 100 * bestOf(pointsOf(state), state.centred).share;
/** By how many degrees the best axis turns when the mean is left in. */
export function turnedUncentred(state) {
  const points = pointsOf(state);
  return between(bestOf(points, true).angle, bestOf(points, false).angle);
}
/** Where the best axis lies when the second feature's numbers are ten times as large. */
export const rescaledAngle = (state) => bestAngle({ ...state, scale: 10 * state.scale });

// ---- Words ----

/** Writes parts of a sum with as many decimals as three digits of the sum have. */
const inParts = (total) => {
  const decimals = clamp(2 - Math.floor(Math.log10(total || 1)), 0, 6);
  return (value) => format(value, decimals);
};
const degrees = (angle) => `${format(angle, 1)}°`;
/** The state in a few sentences. */
export function sentence(state, points, { kept, lost, total }) {
  const { angle, centred, moved } = state,
    best = bestOf(points, centred),
    say = inParts(total),
    what = centred ? "variance" : "mean square from the origin";
  const now = `At ${degrees(angle)} the axis keeps ${say(kept)} and loses ${say(lost)} of the ${what}, ${say(total)}: it keeps ${percent(share(kept, total))}.`;
  const top = `The best axis, at ${degrees(best.angle)}, keeps ${percent(best.share)}.`;
  const mean = meanOf(points),
    from = centred
      ? ""
      : ` It lies ${degrees(between(best.angle, angleOf(mean)))} from the direction of the mean, and ${degrees(turnedUncentred(state))} from the best axis through the mean.`;
  const others = moved.length ? ` ${many(moved.length, "point")} ${moved.length === 1 ? "is" : "are"} moved.` : "";
  const off = between(angle, best.angle) < 0.05 ? " This is the best axis." : ` ${top}`;
  return `${now}${off}${from}${others}`;
}

/** What Pythagoras says of one point. */
export function pointText(i, along, across) {
  const square = (value) => format(value * value, 2);
  return `Point ${i + 1}: ${square(along)} along + ${square(across)} across = ${format(along ** 2 + across ** 2, 2)}, its squared distance.`;
}

// ---- The view ----

const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10];
const short = (text) => typeof text === "string" && text.length >= 1 && text.length <= 40;
const within = (low, high) => (value) => number(value) && value >= low && value <= high;
const apart = (rows) => rows.some(([x, y]) => x !== rows[0][0] || y !== rows[0][1]);
/** What a link may set, as Python has it. */
export const CHECKS = {
  cloud: (value) =>
    value in CLOUDS || (tableOf(MOST)(value) && value.length >= 3 && value[0].length === 2 && apart(value)),
  names: (value) => Array.isArray(value) && value.length === 2 && value.every(short),
  angle: within(0, 180),
  centred: flag,
  scale: within(0.01, 100),
  moved: (value) =>
    Array.isArray(value) &&
    value.every((one) => Array.isArray(one) && one.length === 3 && whole(one[0], 0, MOST - 1) && one.every(number)) &&
    new Set(value.map(([i]) => i)).size === value.length,
  point: (value) => whole(value, 0, MOST - 1),
  components: flag,
};
const TRAITS = Object.keys(CHECKS);
const PLAIN = { cloud: "long", angle: 20, centred: true, scale: 1, moved: [], point: 0, components: false };
const TOURS = {
  four_lessons: [
    [
      { ...PLAIN },
      "Each point falls on the axis, and a grey line joins it with its foot. Turn the axis: the bar\u2019s border moves, its end stays, since along\u00b2 + across\u00b2 = distance\u00b2 for every point. What keeps most loses least.",
    ],
    [
      { ...PLAIN, angle: 125, components: true },
      "PCA\u2019s axes, with an ellipse of two standard deviations. They stand at right angles, where the curve has its top and its bottom.",
    ],
    [
      { ...PLAIN, angle: 35, centred: false, components: true },
      "The mean left in: distances are counted from the origin, and the best axis runs to where the cloud lies. It says nothing of how the cloud is spread.",
    ],
    [
      { ...PLAIN, angle: 125, components: true, moved: [[0, 9, 8]], point: 0 },
      "One point of forty stands far off. Squares give it the weight of many others, and the best axis has turned by more than 40\u00b0. Drag it further, or back.",
    ],
    [
      { ...PLAIN, angle: 125, components: true, scale: 0.2 },
      "The second feature in a unit five times as large, so its numbers are a fifth. The same things were measured, and yet the axis is another one, for variance has units.",
    ],
  ],
};

/** The plane with its points, the axis with a knob, and the chosen point as a handle. */
function plane({ stateOf, change }) {
  const part = (name) => svg("path", { class: `pa-${name}` }),
    parts = Object.fromEntries(
      ["grid", "origin", "ellipse", "axes", "residuals", "axis", "triangle", "points", "feet", "mean", "centre"].map(
        (name) => [name, part(name)],
      ),
    ),
    ticks = svg("g", {}),
    angleText = svg("text", { class: "pa-angle", "text-anchor": "middle" }),
    all = [...Object.values(parts), ticks, angleText],
    drawing = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, "aria-hidden": "true" }, all);
  const slider = (name, props) => h("div", { class: `pa-handle pa-${name}`, role: "slider", tabindex: 0, ...props }),
    knob = slider("knob", { "aria-label": "Angle of the axis", "aria-valuemin": 0, "aria-valuemax": 180 }),
    spot = slider("spot", { "aria-valuemin": 1 });
  const el = h("div", { class: "pa-plane" }, drawing, spot, knob);
  let frame, sx, sy, centre, points, ends;
  let grabbed = null; // the point that is dragged, or null for the axis

  const place = (one, [x, y]) => {
    one.style.left = `${(100 * x) / SIZE}%`;
    one.style.top = `${(100 * y) / SIZE}%`;
  };
  const unit = () => SIZE / el.getBoundingClientRect().width; // of the drawing a pixel
  const chosen = (state) => Math.min(state.point, points.length - 1);

  function movePoint(i, x, y) {
    const { moved, scale } = stateOf(),
      bounded = (value, [low, high]) => clamp(value, low, high),
      digits = (value) => Number(value.toPrecision(4)),
      next = [i, digits(bounded(x, frame.x)), digits(bounded(y, frame.y) / scale)];
    change({ moved: [...moved.filter(([k]) => k !== i), next].sort((a, b) => a[0] - b[0]), point: i });
  }
  function turnTo(x, y) {
    const away = [sx.back(x) - centre[0], sy.back(y) - centre[1]];
    if (Math.hypot(...away) > 1e-9) change({ angle: Math.round(2 * angleOf(away)) / 2 });
  }
  const onPlace = (x, y) => (grabbed === null ? turnTo(x, y) : movePoint(grabbed, sx.back(x), sy.back(y)));

  draggable(el, {
    onMove: (x, y) => onPlace(x * unit(), y * unit()),
    from: () => (grabbed === null ? undefined : [sx(points[grabbed][0]) / unit(), sy(points[grabbed][1]) / unit()]),
    onGrab(event) {
      if (!frame) return false;
      const { left, top } = el.getBoundingClientRect(),
        at = [(event.clientX - left) * unit(), (event.clientY - top) * unit()],
        far = (x, y) => Math.hypot(x - at[0], y - at[1]);
      const gaps = points.map(([x, y]) => far(sx(x), sy(y))),
        nearest = gaps.indexOf(Math.min(...gaps)),
        near = (event.pointerType === "touch" ? 20 : 12) * unit();
      grabbed = Math.min(...ends.map((end) => far(...end))) > near && gaps[nearest] <= near ? nearest : null;
      if (grabbed === null) turnTo(...at);
      else change({ point: grabbed });
      return true;
    },
    onKey(event) {
      if (!frame) return false;
      const state = stateOf();
      if (event.target === knob) {
        const to = slidTo(event, state.angle, [-1e3, 1e3], event.shiftKey ? 0.1 : 1, 10);
        const wrapped = { Home: 0, End: 90 }[event.key] ?? (to === undefined ? undefined : ((to % 180) + 180) % 180);
        if (wrapped !== undefined) change({ angle: Number(wrapped.toFixed(2)) });
        return wrapped !== undefined;
      }
      if (event.target !== spot) return false;
      const i = chosen(state),
        by = { PageUp: -1, PageDown: 1 }[event.key],
        arrow = arrowOf(event);
      if (by) change({ point: (i + by + points.length) % points.length });
      else if (arrow) {
        const step = (frame.x[1] - frame.x[0]) / 100,
          [x, y] = pointsOf(state)[i];
        movePoint(i, x + step * arrow[0], y + step * arrow[1]);
      }
      return Boolean(by || arrow);
    },
  });

  function drawGrid(names) {
    const lines = (axis) => niceTicks(...frame[axis], 5),
      [xs, ys] = [lines("x"), lines("y")];
    const path = [...xs.map((at) => `M${round(sx(at))} 0V${SIZE}`), ...ys.map((at) => `M0 ${round(sy(at))}H${SIZE}`)];
    parts.grid.setAttribute("d", path.join(""));
    const text = (x, y, content, anchor = "start", kind = "") =>
      svg("text", { x: round(x), y: round(y), "text-anchor": anchor, class: kind }, content);
    const inside = (at) => at > 24 && at < SIZE - 24;
    ticks.replaceChildren(
      ...xs.filter((at) => inside(sx(at))).map((at) => text(sx(at), SIZE - 6, tickText(at, xs), "middle")),
      ...ys.filter((at) => inside(sy(at))).map((at) => text(4, sy(at) - 3, tickText(at, ys))),
      text(SIZE - 5, SIZE - 20, names[0], "end", "pa-name"),
      text(5, 14, names[1], "start", "pa-name"),
    );
  }

  let gridKey = "";
  function draw(state, next, measures, best) {
    points = next;
    frame = frameOf(state);
    centre = measures.centre;
    sx = scaleOf(frame.x, [0, SIZE]);
    sy = scaleOf(frame.y, [SIZE, 0]);
    const key = JSON.stringify([frame, state.names]);
    if (key !== gridKey) drawGrid(state.names);
    gridKey = key;
    const at = ([x, y]) => `${round(sx(x))} ${round(sy(y))}`,
      from = ([u, v], by) => [centre[0] + by * u, centre[1] + by * v],
      set = (name, d) => parts[name].setAttribute("d", d);
    const axis = directionOf(state.angle),
      feet = measures.along.map((along) => from(axis, along)),
      i = chosen(state),
      reach = 2 * (frame.x[1] - frame.x[0]);
    set("origin", `M${round(sx(0))} 0V${SIZE}M0 ${round(sy(0))}H${SIZE}`);
    set("axis", `M${at(from(axis, -reach))}L${at(from(axis, reach))}`);
    set("residuals", points.map((point, k) => `M${at(point)}L${at(feet[k])}`).join(""));
    set("feet", feet.map(([x, y]) => markPath("circle", sx(x), sy(y), 2.2)).join(""));
    set("points", points.map(([x, y]) => markPath("circle", sx(x), sy(y), 4)).join(""));
    set("triangle", `M${at(centre)}L${at(points[i])}L${at(feet[i])}Z`);
    const [mx, my] = meanOf(points);
    set("mean", state.centred ? "" : markPath("diamond", sx(mx), sy(my), 5));
    set("centre", markPath("cross", sx(centre[0]), sy(centre[1]), 6));
    const [one, two] = best.variances.map((variance) => DEVIATIONS * Math.sqrt(variance)),
      [first, second] = best.components,
      gain = SIZE / (frame.x[1] - frame.x[0]),
      rims = [from(first, -one), from(first, one)];
    const arc = `A${round(gain * one)} ${round(gain * two)} ${round(-best.angle)} 1 0`;
    set("ellipse", state.components ? `M${at(rims[0])}${arc} ${at(rims[1])}${arc} ${at(rims[0])}Z` : "");
    const arm = (direction, length) => `M${at(from(direction, -length))}L${at(from(direction, length))}`;
    set("axes", state.components ? arm(first, one) + arm(second, two) : "");
    // The knob sits on the axis inside the frame, on the side with more room
    const [u, v] = [axis[0], -axis[1]],
      [cx, cy] = [sx(centre[0]), sy(centre[1])],
      limit = (sign) =>
        Math.min(
          ...[
            [cx, u * sign],
            [cy, v * sign],
          ].map(([from_, by]) => (by > 1e-9 ? (SIZE - 16 - from_) / by : by < -1e-9 ? (16 - from_) / by : Infinity)),
        );
    ends = [1, -1].map((sign) => [cx + sign * u * limit(sign), cy + sign * v * limit(sign)]);
    const [kx, ky] = ends[limit(1) >= 60 || limit(1) >= limit(-1) ? 0 : 1];
    place(knob, [kx, ky]);
    angleText.textContent = degrees(state.angle);
    angleText.setAttribute("x", round(clamp(kx, 28, SIZE - 28)));
    angleText.setAttribute("y", round(ky < 50 ? ky + 28 : ky - 17));
    place(spot, [sx(points[i][0]), sy(points[i][1])]);
    knob.setAttribute("aria-valuenow", state.angle);
    knob.setAttribute("aria-valuetext", degrees(state.angle));
    const said = {
      "aria-label": `Point ${i + 1} of ${points.length}: arrow keys move it, Page keys choose another`,
      "aria-valuemax": points.length,
      "aria-valuenow": i + 1,
      "aria-valuetext": `${state.names[0]} ${readable(points[i][0])}, ${state.names[1]} ${readable(points[i][1])}`,
    };
    for (const [name, text] of Object.entries(said)) spot.setAttribute(name, text);
  }
  return { el, draw };
}

/** Kept and lost as one bar; a mark says where the squared distances alone put its end. */
function squaresBar() {
  const part = (name) => h("span", { class: `pa-part pa-${name}` }, h("b"), h("span"));
  const kept = part("kept"),
    lost = part("lost"),
    end = h("span", { class: "pa-end" }),
    note = h("span", { class: "pa-total" });
  const el = h(
    "div",
    { class: "pa-bar", "aria-hidden": "true" }, // the sentence says the same
    h("div", { class: "pa-track" }, kept, lost, end),
    note,
  );
  function draw({ kept: along, lost: across, total }, longest, centred) {
    const width = (value) => `${(100 * value) / longest}%`,
      say = inParts(total);
    for (const [one, value, name] of [
      [kept, along, "kept"],
      [lost, across, "lost"],
    ]) {
      one.style.width = width(value);
      one.firstChild.textContent = value > 0.14 * longest ? `${name} ` : "";
      one.lastChild.textContent = value > 0.09 * longest ? say(value) : "";
    }
    end.style.left = width(total);
    note.textContent = `${say(along)} + ${say(across)} = ${say(total)}, the ${centred ? "whole variance" : "mean square from the origin"}`;
  }
  return { el, draw };
}

function controlsOf({ change, stateOf, given }) {
  const clouds = Object.entries(CLOUDS).map(([name, [text]]) => [name, text]);
  const parts = {
    cloud: menu({
      label: "Points",
      options: given ? [["given", "these data"], ...clouds] : clouds,
      onInput: (name) => change({ cloud: name === "given" ? given : name, moved: [], scale: 1, point: 0 }),
    }),
    centred: choice({
      label: "Squares counted from",
      options: [
        [true, "the mean"],
        [false, "the origin"],
      ],
      value: true,
      onInput: (centred) => change({ centred }),
    }),
    scale: menu({
      label: "Unit of the second feature",
      options: SCALES.map((one) => [one, one === 1 ? "as given" : `its numbers × ${format(one)}`]),
      onInput: (scale) => change({ scale }),
    }),
    components: toggle({
      label: "PCA\u2019s axes",
      value: false,
      onInput: (components) => change({ components }),
    }),
  };
  const best = button("Turn to the best axis", () => {
      const state = stateOf();
      change({ angle: Number((bestAngle(state) % 180).toFixed(2)) });
    }),
    back = button("Put points back", () => change({ moved: [] }));
  const el = h(
    "div",
    { class: "xp-row pa-controls" },
    ["cloud", "centred", "scale"].map((name) => parts[name].el),
    back,
  );
  const answers = h("div", { class: "xp-row pa-answers" }, parts.components.el, best);
  function draw(state) {
    for (const [name, one] of Object.entries(parts))
      one.set(name === "cloud" && given && Array.isArray(state.cloud) ? "given" : state[name]);
    back.setAttribute("aria-disabled", state.moved.length === 0);
  }
  return { el, answers, draw };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    change = (values) => put(model, values),
    stored = model.get("cloud");
  const controls = controlsOf({ change, stateOf, given: Array.isArray(stored) ? stored : null }),
    field = plane({ stateOf, change }),
    bar = squaresBar(),
    curve = chart({ height: 190 }),
    one = h("p", { class: "pa-one" }),
    said = status();
  said.el.classList.add("pa-said");
  const barFigure = figure([h("b", {}, "Kept and lost"), ": the squares along the axis and across it"], bar.el, one),
    curveFigure = figure([h("b", {}, "Every axis at once"), ": what it keeps and loses, by its angle"], curve.el);
  root(
    el,
    "The principal axis",
    "Drag the purple knob, or use arrow keys, to turn the axis over the points. Any point can be dragged too.",
  ).append(
    controls.el,
    h(
      "div",
      { class: "pa-stage" },
      h("div", {}, field.el, controls.answers),
      h("div", { class: "pa-side" }, barFigure, curveFigure),
    ),
    said.el,
  );

  /** The length of the bar's track: so that the bar keeps its scale while a point is dragged, as long as it fits. */
  const longestOf = remembered(
    ["cloud", "scale", "centred"],
    (state) => 1.2 * measuresOf(pointsOf({ ...state, moved: [] }), 0, state.centred).total,
  );
  function drawCurve(state, points, { kept, lost, total }) {
    const { angles, kept: up, lost: down } = sweepOf(points, state.centred),
      toMean = angleOf(meanOf(points)),
      mean = measuresOf(points, toMean, state.centred).kept;
    curve.draw({
      label: "What an axis keeps and loses by its angle",
      x: { label: "angle of the axis (°)", domain: [0, 180], ticks: [0, 30, 60, 90, 120, 150, 180] },
      y: { label: state.centred ? "variance" : "mean square", domain: [0, 1.08 * total || 1] },
      legend: true,
      marks: [
        { kind: "line", name: "kept", x: angles, y: up, style: 0 },
        { kind: "line", name: "lost", x: angles, y: down, style: 1 },
        { kind: "line", name: "sum", x: angles, y: up.map((value, i) => value + down[i]), style: 2 },
        ...(state.centred
          ? []
          : [{ kind: "points", name: "the mean\u2019s direction", x: [toMean], y: [mean], style: 3, hollow: true }]),
        { kind: "points", name: "this axis", x: [state.angle, state.angle], y: [kept, lost], style: 0, quiet: true },
      ],
    });
  }
  function draw() {
    const state = stateOf(),
      points = pointsOf(state),
      measures = measuresOf(points, state.angle, state.centred),
      i = Math.min(state.point, points.length - 1);
    controls.draw(state);
    field.draw(state, points, measures, bestOf(points, state.centred));
    bar.draw(measures, Math.max(longestOf(state), measures.total), state.centred);
    one.textContent = pointText(i, measures.along[i], measures.across[i]);
    drawCurve(state, points, measures);
    said.say(sentence(state, points, measures));
  }

  const unfollow = follow(model, TRAITS, draw);
  const answers = [barFigure, curveFigure, controls.answers, said.el];
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      best_angle: {
        question: () =>
          `Turn the axis to where you think it keeps most, counted from ${model.get("centred") ? "the mean" : "the origin"}. At which angle is that?`,
        answer: () => bestAngle(stateOf()),
        unit: "°",
        min: 0,
        max: 180,
        because: "It is where the curve has its top, and the first eigenvector of the covariance matrix points.",
        cover: answers,
      },
      kept_share: {
        question: "How much of the variance, in %, does the best single axis keep?",
        answer: () => keptShare(stateOf()),
        unit: "%",
        min: 0,
        max: 100,
        because: "The larger eigenvalue, over the sum of both.",
        cover: answers,
      },
      uncentred: {
        question:
          "Somebody forgets to take the mean off, and counts the squares from the origin. By how many degrees does the best axis turn, 0 to 90?",
        answer: () => turnedUncentred(stateOf()),
        unit: "°",
        min: 0,
        max: 90,
        because: () => {
          const points = pointsOf(stateOf());
          return `It then lies ${degrees(between(bestOf(points, false).angle, angleOf(meanOf(points))))} from the direction of the mean.`;
        },
        cover: [...answers, controls.el],
      },
      rescaled: {
        question:
          "The second feature gets a unit ten times as small, so that its numbers are ten times as large. At which angle does the best axis lie then?",
        answer: () => rescaledAngle(stateOf()),
        unit: "°",
        min: 0,
        max: 180,
        because: "The feature with the large numbers has nearly all of the variance, so the axis follows it.",
        cover: [...answers, controls.el],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    said.stop();
    curve.stop();
  };
}

export default { render };
