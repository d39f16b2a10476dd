// k-means by half steps: what each costs, where a start ends, which starts end best, and shapes that it can't find.

import { coloursOf, onTheme } from "./shared/canvas.mjs";
import { SHAPES, chart } from "./shared/chart.mjs";
import { markPath, pointsPath, round } from "./shared/chart_numbers.mjs";
import { arrowOf, draggable } from "./shared/drag.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { player } from "./shared/player.mjs";
import { generator } from "./shared/random.mjs";
import { button, clamp, counter, figure, follow, format, h, inFrame, many, menu, percent, put } from "./shared/ui.mjs";
import { remembered, root, status, svg, toggle, traitsOf } from "./shared/ui.mjs";

const EDGE = 6; // the plane reaches so far to each side
const MOST = 5; // centres
const SIDE = 96; // cells of the map along each axis
const LAST = 300; // steps
const SEEDS = 100; // starts of each kind that are compared
const SLICE = 2; // milliseconds of a frame that the map may take
const range = (count) => Array.from({ length: count }, (_, i) => i);

// ---- The points ----

/** A normal group: so many points around a place, with a deviation along each axis. */
const around = (count, x, y, across, up = across) => ({
  count,
  place: (r) => [x + across * r.normal(), y + up * r.normal()],
});
const ring = (count, radius) => ({
  count,
  place(r) {
    const angle = 2 * Math.PI * r.uniform(),
      far = radius + 0.25 * r.normal();
    return [far * Math.cos(angle), far * Math.sin(angle)];
  },
});
const stripe = (count, y) => ({ count, place: (r) => [10 * r.uniform() - 5, y + 0.3 * r.normal()] });
const GROUPS = {
  "three groups": [around(40, -3, -2, 0.8), around(40, 3, -2.2, 0.8), around(40, 0.3, 3, 0.8)],
  "five groups": [
    [-4, -3],
    [3.6, -3.6],
    [4, 3.4],
    [-3.4, 3.6],
    [0, 0],
  ].map(([x, y]) => around(28, x, y, 0.55)),
  "unequal sizes": [around(100, -1.6, 0.4, 1.5), around(15, 3.6, 3, 0.35), around(15, 3.9, -2.6, 0.35)],
  "two stripes": [stripe(60, 1.1), stripe(60, -1.1)],
  "two rings": [ring(50, 1.4), ring(90, 4.4)],
  "no groups": [{ count: 140, place: (r) => [10 * r.uniform() - 5, 10 * r.uniform() - 5] }],
};
const CLOUDS = Object.keys(GROUPS);
const STARTS = ["random points", "k-means++", "all in one group", "one far away"];

/** The points of a cloud, x and y by turns, and of each the group that it was drawn from. */
export function drawnCloud(name) {
  const random = generator(CLOUDS.indexOf(name) + 1),
    groups = GROUPS[name].flatMap(({ count }, g) => Array(count).fill(g));
  const hundredths = (v) => Math.round(100 * clamp(v, 0.2 - EDGE, EDGE - 0.2)) / 100;
  const points = groups.flatMap((g) => GROUPS[name][g].place(random).map(hundredths));
  return { points, groups };
}

const clouds = {};
/** The points as distances are measured between them, each axis divided by `units`: 1, or its standard deviation. */
export function cloudOf({ cloud, standardise }) {
  const key = `${cloud}${standardise}`;
  if (clouds[key]) return clouds[key];
  const { points, groups } = drawnCloud(cloud),
    n = groups.length;
  const units = [0, 1].map((axis) => {
    const own = range(n).map((i) => points[2 * i + axis]),
      mean = own.reduce((sum, v) => sum + v, 0) / n;
    return standardise ? Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n) : 1;
  });
  clouds[key] = { points: Float64Array.from(points, (v, i) => v / units[i % 2]), shown: points, groups, units };
  return clouds[key];
}

// ---- The two half steps ----

const roomFor = (n) => ({ labels: new Uint8Array(n), distances: new Float64Array(n) });

/**
 * Each point joins its nearest centre, of two the first: { labels, distances, cost }, the distances squared. A map asks
 * thousands of times and gives the room for the result.
 */
export function assign(points, centres, room = roomFor(points.length / 2)) {
  const { labels, distances } = room;
  let cost = 0;
  for (let i = 0; i < labels.length; i++) {
    let least = Infinity;
    for (let c = 0; c < centres.length; c += 2) {
      const dx = points[2 * i] - centres[c],
        dy = points[2 * i + 1] - centres[c + 1],
        distance = dx * dx + dy * dy;
      if (distance < least) {
        least = distance;
        labels[i] = c / 2;
      }
    }
    distances[i] = least;
    cost += least;
  }
  return { labels, distances, cost };
}

/**
 * Each centre moves to the mean of its points; one without points takes the point that is farthest from its own centre,
 * as in dnnlib and scikit-learn. Returns { centres, labels, cost, rescued }, the last the centres that had no points.
 */
export function update(points, centres, { labels: joined, distances }) {
  const k = centres.length / 2,
    labels = joined.slice(),
    counts = new Array(k).fill(0),
    moved = new Float64Array(2 * k);
  for (const label of labels) counts[label] += 1;
  const rescued = range(k).filter((c) => !counts[c]);
  if (rescued.length) {
    const farthest = range(labels.length).sort((a, b) => distances[b] - distances[a]);
    rescued.forEach((c, e) => {
      const point = farthest[e];
      if (!distances[farthest[0]]) return;
      counts[labels[point]] -= 1;
      counts[c] += 1;
      labels[point] = c;
    });
  }
  for (let i = 0; i < labels.length; i++)
    for (const axis of [0, 1]) moved[2 * labels[i] + axis] += points[2 * i + axis] / counts[labels[i]];
  const largest = counts.indexOf(Math.max(...counts));
  for (let c = 0; c < k; c++)
    if (!counts[c]) for (const axis of [0, 1]) moved[2 * c + axis] = moved[2 * largest + axis];
  let cost = 0;
  for (let i = 0; i < labels.length; i++)
    cost += (points[2 * i] - moved[2 * labels[i]]) ** 2 + (points[2 * i + 1] - moved[2 * labels[i] + 1]) ** 2;
  return { centres: moved, labels, cost, rescued };
}

/** Whether no centre has moved, but for rounding. */
const still = (a, b) => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) <= 1e-12;

/** All half steps until no point changes or no centre moves: assign and update by turns, each with its cost. */
export function lloyd(points, start) {
  const frames = [];
  let centres = Float64Array.from(start),
    before = null;
  for (let step = 1; step <= LAST; step++) {
    const joined = assign(points, centres),
      changed = joined.labels.reduce((sum, label, i) => sum + (label !== before?.[i]), 0);
    before = joined.labels;
    frames.push({ kind: "assign", step, centres, changed, ...joined });
    if (!changed) break;
    const moved = update(points, centres, joined);
    frames.push({ kind: "update", step, ...moved });
    if (still(centres, moved.centres)) break;
    centres = moved.centres;
  }
  return frames;
}

// ---- Starts ----

/** k-means++ (Arthur & Vassilvitskii, 2007): each centre's probabilities over the points, and the one that is drawn. */
export function draws(points, k, seed) {
  const { uniform } = generator(seed);
  let weights = new Float64Array(points.length / 2).fill(1),
    centres = [];
  return range(k).map(() => {
    const total = weights.reduce((sum, w) => sum + w, 0),
      goal = uniform() * total;
    let chosen = 0;
    for (let sum = weights[0]; sum <= goal && chosen + 1 < weights.length; sum += weights[chosen]) chosen += 1;
    const probabilities = weights.map((w) => w / total);
    centres = [...centres, points[2 * chosen], points[2 * chosen + 1]];
    weights = assign(points, centres).distances;
    return { probabilities, chosen };
  });
}

/** The place of the corner in which a centre gets no point, and the point next to it, which keeps it from them. */
function farAway(points) {
  const far = EDGE - 0.5,
    corners = [0, 1, 2, 3].map((n) => [n % 2 ? far : -far, n > 1 ? far : -far]);
  const nearest = corners.map((corner) => {
    const from = range(points.length / 2).map((i) =>
      Math.hypot(points[2 * i] - corner[0], points[2 * i + 1] - corner[1]),
    );
    const least = Math.min(...from);
    return { corner, least, point: from.indexOf(least) };
  });
  return nearest.reduce((a, b) => (b.least > a.least ? b : a));
}

/** Where the centres start, in the units of the plane: [[x, y], ...]. */
export function startOf(state) {
  const { k, start, seed } = state,
    { points, shown, groups } = cloudOf(state);
  const order = generator(seed).permutation(groups.length),
    places = (indices) => indices.map((i) => [shown[2 * i], shown[2 * i + 1]]);
  if (Array.isArray(start)) return [...start, ...places(order)].slice(0, k);
  if (start === "k-means++") return places(draws(points, k, seed).map(({ chosen }) => chosen));
  if (start === "all in one group") return places(order.filter((i) => groups[i] === 0).slice(0, k));
  if (start === "one far away" && k > 1) {
    const { corner, point } = farAway(shown);
    return [...places([point, ...order.filter((i) => i !== point)].slice(0, k - 1)), corner];
  }
  return places(order.slice(0, k));
}

const flat = (centres, [across, up]) => Float64Array.from(centres.flatMap(([x, y]) => [x / across, y / up]));
const inPlane = (centres, [across, up]) =>
  range(centres.length / 2).map((c) => [centres[2 * c] * across, centres[2 * c + 1] * up]);

/** What is shown one after the other: the start or its draws, then the half steps; centres in the plane's units. */
export function framesOf(state) {
  const { points, units, shown } = cloudOf(state),
    start = startOf(state);
  const begin =
    state.start === "k-means++"
      ? draws(points, state.k, state.seed).map((one, c) => ({ kind: "draw", centres: start.slice(0, c + 1), ...one }))
      : [{ kind: "start", centres: start }];
  const run = lloyd(points, flat(start, units)).map((one) => ({ ...one, centres: inPlane(one.centres, units) }));
  return { begin: begin.length, frames: [...begin, ...run], shown };
}

export const stepsOf = (state) => framesOf(state).frames.at(-1).step;

/** The share of the points, in %, that are in the cluster matched with their group; NaN unless there are k groups. */
export function matched({ labels, k }, groups) {
  if (new Set(groups).size !== k || k < 2) return NaN;
  const both = range(k).map((c) =>
    range(k).map((g) => labels.reduce((sum, l, i) => sum + (l === c && groups[i] === g), 0)),
  );
  const best = (c, left) =>
    c < k
      ? Math.max(
          ...left.map(
            (g) =>
              both[c][g] +
              best(
                c + 1,
                left.filter((o) => o !== g),
              ),
          ),
        )
      : 0;
  return (100 * best(0, range(k))) / groups.length;
}

// ---- Where starts end ----

/**
 * Where runs of one cloud end. reach(start) runs k-means from centres and returns the end's index; ends are
 * { cost, centres }. Which points belong together decides all that follows, so runs that meet are run once.
 */
export function endings(points) {
  const ends = [],
    names = new Map(), // of the ends' partitions, whatever the clusters' order
    seen = new Map(),
    room = roomFor(points.length / 2);
  function named({ labels, cost, centres }) {
    const order = [];
    for (const label of labels) if (!order.includes(label)) order.push(label);
    const name = String.fromCharCode(...labels.map((label) => order.indexOf(label)));
    if (!names.has(name)) names.set(name, ends.push({ cost, centres }) - 1);
    return names.get(name);
  }
  function reach(start) {
    const path = [];
    let centres = start,
      before = "",
      end = -1;
    for (let step = 1; step <= LAST && end < 0; step++) {
      const joined = assign(points, centres, room),
        key = String.fromCharCode.apply(null, joined.labels);
      if (seen.has(key)) end = seen.get(key);
      else if (key === before) end = named({ ...joined, centres });
      else {
        const moved = update(points, centres, joined);
        if (!moved.rescued.length) path.push(key); // else the farthest point counts too
        if (step === LAST || still(centres, moved.centres)) end = named(moved);
        centres = moved.centres;
        before = key;
      }
    }
    for (const key of path) seen.set(key, end);
    return end;
  }
  return { ends, reach };
}

/** The cells of the map from coarse to fine, each with the width of the block that it stands for until finer ones come. */
const ORDER = [16, 8, 4, 2, 1].flatMap((width) => {
  const across = SIDE / width;
  return range(across ** 2).flatMap((n) => {
    const [i, j] = [width * Math.floor(n / across), width * (n % across)];
    return width < 16 && i % (2 * width) === 0 && j % (2 * width) === 0 ? [] : [{ cell: i * SIDE + j, width }];
  });
});

/** The middle of a cell of the map, whose first row is on top. */
export const cellPlace = (cell) => [
  ((cell % SIDE) + 0.5) * ((2 * EDGE) / SIDE) - EDGE,
  EDGE - (Math.floor(cell / SIDE) + 0.5) * ((2 * EDGE) / SIDE),
];
export const cellAt = ([x, y]) => {
  const at = (v) => clamp(Math.floor(((v + EDGE) * SIDE) / (2 * EDGE)), 0, SIDE - 1);
  return at(-y) * SIDE + at(x);
};

/** The centre whose starts are mapped, and what its map depends on. */
const moverOf = ({ moving, k }) => Math.min(moving, k - 1);
const mapKey = (state) => {
  const others = startOf(state).filter((_, c) => c !== moverOf(state));
  return JSON.stringify([state.cloud, state.standardise, moverOf(state), others]);
};

/**
 * The basin map: where the run ends for each place at which the centre `moving` may start, the others staying at their
 * own. work(ms) goes on for so long and says whether it is done; `of` holds each cell's end, -1 where none is known yet.
 */
export function basinMap(state) {
  const { points, units } = cloudOf(state),
    { ends, reach } = endings(points),
    start = flat(startOf(state), units),
    mover = moverOf(state),
    of = new Int16Array(SIDE ** 2).fill(-1);
  let next = 0;
  function work(ms = Infinity) {
    for (const begun = performance.now(); next < ORDER.length && performance.now() - begun < ms; next++) {
      const { cell, width } = ORDER[next],
        [x, y] = cellPlace(cell);
      start.set([x / units[0], y / units[1]], 2 * mover);
      const end = reach(start);
      for (let i = 0; i < width; i++) of.fill(end, cell + i * SIDE, cell + i * SIDE + width);
    }
    return next === ORDER.length;
  }
  return { of, ends, work, done: () => next, endOf: (centres) => reach(flat(centres, units)) };
}

/** The map's ends from the lowest cost up: { end, cost, share }, the share of the starts known so far. */
export function ranked({ of, ends }) {
  const cells = new Array(ends.length).fill(0);
  let known = 0;
  for (const end of of) {
    if (end < 0) continue;
    cells[end] += 1;
    known += 1;
  }
  const list = ends.map(({ cost }, end) => ({ end, cost, share: cells[end] / known })).filter(({ share }) => share);
  return list.sort((a, b) => a.cost - b.cost);
}

/** Of a map the share of starts, in %, that end at its lowest cost. */
export function shareOfBest(state) {
  const map = basinMap(state);
  map.work();
  return state.k > 1 ? 100 * ranked(map)[0].share : NaN;
}

/** Two kinds of starts, so many of each: work(ms) as in a map, lowest() how many of each reach the lowest cost of all. */
export function comparison(state) {
  const { points, units } = cloudOf(state),
    { ends, reach } = endings(points),
    found = { "random points": [], "k-means++": [] };
  function work(ms = Infinity) {
    for (const [start, own] of Object.entries(found))
      for (const begun = performance.now(); own.length < SEEDS && performance.now() - begun < ms; )
        own.push(reach(flat(startOf({ ...state, start, seed: own.length }), units)));
    return found["k-means++"].length === SEEDS;
  }
  function lowest() {
    const best = Math.min(...ends.map(({ cost }) => cost)) * (1 + 1e-9);
    return Object.values(found).map((own) => own.filter((end) => ends[end].cost <= best).length);
  }
  return { work, lowest };
}

/** How many of 100 starts by k-means++ reach the lowest cost that they or 100 random starts find. */
export function plusPlusBest(state) {
  const both = comparison(state);
  both.work();
  return both.lowest()[1];
}

// ---- Words ----

const pair = ([x, y]) => `(${format(x)}, ${format(y)})`;
const cost1 = (cost) => format(cost, cost < 100 ? 2 : 1);
const naming = (list) => `Centre${list.length > 1 ? "s" : ""} ${list.map((c) => c + 1).join(" and ")}`;

/** What a frame shows, in words. */
export function sentence(state, at) {
  const { frames } = framesOf(state),
    { groups } = cloudOf(state),
    frame = frames[at],
    before = frames[at - 1];
  if (frame.kind === "start")
    return `At the start: ${many(state.k, "centre")}, and no point has joined one. Press Step, or drag a centre elsewhere.`;
  if (frame.kind === "draw") {
    const [count, { probabilities, chosen }] = [frame.centres.length, frame],
      draw = `k-means++ draws centre ${count} of ${state.k}`;
    if (count === 1) return `${draw}: every point is as likely as every other.`;
    const elsewhere = probabilities.reduce((sum, p, i) => sum + (groups[i] !== groups[frames[0].chosen] ? p : 0), 0),
      others =
        count === 2 && new Set(groups).size > 1
          ? ` ${percent(elsewhere)} lie outside the first centre\u2019s group.`
          : "";
    return `${draw}: a point\u2019s probability grows with its squared distance to the nearest centre so far. The likeliest has ${percent(Math.max(...probabilities))}, the one drawn ${percent(probabilities[chosen])}.${others}`;
  }
  const [from, to] = [before.cost, frame.cost].map((cost) => cost1(cost ?? 0)),
    falls = from === to ? `the cost stays at ${to}` : `the cost falls from ${from} to ${to}`;
  if (frame.kind === "update") {
    const rescued = frame.rescued.length
      ? ` ${naming(frame.rescued)} had no points and moved to the farthest point.`
      : "";
    if (at === frames.length - 1)
      return `Step ${frame.step}, update: each centre is the mean of its points, so k-means has come to rest at cost ${to}.`;
    return `Step ${frame.step}, update: each centre moves to the mean of its points, and ${falls}.${rescued}`;
  }
  if (!frame.changed)
    return `Step ${frame.step}, assign: no point changes, so k-means has come to rest at cost ${cost1(frame.cost)}.`;
  const empty = range(state.k).filter((c) => !frame.labels.includes(c)),
    left = empty.length ? ` ${naming(empty)} ${empty.length > 1 ? "get" : "gets"} no point.` : "";
  if (frame.step === 1)
    return `Step 1, assign: each point joins its nearest centre. The cost, the sum of the squared distances, is ${cost1(frame.cost)}.${left}`;
  return `Step ${frame.step}, assign: ${many(frame.changed, "point")} ${frame.changed > 1 ? "change" : "changes"} to a nearer centre, and ${falls}.${left}`;
}

// ---- The view ----

const within = (value) => typeof value === "number" && Math.abs(value) <= EDGE;
const place = (value) => Array.isArray(value) && value.length === 2 && value.every(within);
const someplaces = (value) => Array.isArray(value) && whole(value.length, 1, MOST) && value.every(place);
/** What a link may set, as Python has it. */
export const CHECKS = {
  cloud: oneOf(...CLOUDS),
  k: (value) => whole(value, 1, MOST),
  start: (value) => STARTS.includes(value) || someplaces(value),
  seed: (value) => whole(value, 0, 9999),
  standardise: flag,
  moving: (value) => whole(value, 0, MOST - 1),
  at: (value) => value === null || whole(value, 0, 999),
};
const TRAITS = Object.keys(CHECKS);

const plain = (traits) => ({ k: 3, start: "random points", seed: 0, standardise: false, moving: 0, at: 0, ...traits });
const BAD = [
  [-3.5, -1.5],
  [-2.5, -2.5],
  [3, 0.5],
];
const TOURS = {
  steps: [
    [
      plain({ cloud: "three groups", start: BAD, moving: 1, at: 1 }),
      "Two centres start in one group. The first half step is done: each point has joined the nearest centre, and the cost is the sum of the squared lengths of all lines.",
    ],
    [
      plain({ cloud: "three groups", start: BAD, moving: 1, at: 2 }),
      "The second half step: each centre moves to the mean of its points, where its own share of the cost is smallest. Dashed borders have moved with the centres, so some points now lie across one.",
    ],
    [
      plain({ cloud: "three groups", start: BAD, moving: 1, at: null }),
      "At rest, and wrong: two centres share a group and one serves two. Neither half step can lower the cost, although a much lower one exists.",
    ],
    [
      plain({
        cloud: "three groups",
        start: [
          [-3.5, -1.5],
          [1, 3],
          [3, 0.5],
        ],
        moving: 1,
        at: null,
      }),
      "The map colours every start of centre 2 by the end that it leads to, the other two staying put. It now starts in the green: the same data, the lowest cost.",
    ],
    [
      plain({ cloud: "five groups", k: 5, start: "k-means++", seed: 3, at: 3 }),
      "k-means++ draws its centres among the points. The larger and darker a point, the likelier it is to be drawn next: groups without a centre are favoured.",
    ],
    [
      plain({ cloud: "five groups", k: 5, start: "one far away", seed: 1, at: 1 }),
      "A centre so far away that no point is nearest to it has no mean. In the next half step it takes over the point that is farthest from its own centre.",
    ],
    [
      plain({ cloud: "two rings", k: 2, at: null }),
      "Borders are straight lines halfway between two centres, so no start of two centres can tell a ring from the one around it.",
    ],
  ],
};

const VIEW = 400; // units of a drawing's side
const spot = (v) => round(((v + EDGE) * VIEW) / (2 * EDGE));
const down = (v) => spot(-v);
const LEVELS = 8; // of probability

/** Where two centres are equally near and no third is nearer: [x, y, x, y] in the plane's units. */
export function borders(centres, [across, up]) {
  const at = centres.map(([x, y]) => [x / across, y / up]),
    far = (4 * EDGE) / Math.min(across, up);
  return at.flatMap(([ax, ay], a) =>
    at.slice(a + 1).flatMap(([bx, by], other) => {
      const middle = [(ax + bx) / 2, (ay + by) / 2],
        length = Math.hypot(bx - ax, by - ay),
        along = [(ay - by) / length, (bx - ax) / length];
      if (!length) return [];
      let [from, to] = [-far, far];
      at.forEach(([cx, cy], c) => {
        if (c === a || c === a + 1 + other) return;
        // Nearer to a than to c: 2 p·(c - a) <= |c|² - |a|²
        const slope = 2 * (along[0] * (cx - ax) + along[1] * (cy - ay)),
          room = cx * cx + cy * cy - ax * ax - ay * ay - 2 * (middle[0] * (cx - ax) + middle[1] * (cy - ay));
        if (slope > 0) to = Math.min(to, room / slope);
        else if (slope < 0) from = Math.max(from, room / slope);
        else if (room < 0) to = from;
      });
      if (to <= from) return [];
      return [[from, to].flatMap((t) => [(middle[0] + t * along[0]) * across, (middle[1] + t * along[1]) * up])];
    }),
  );
}

/** The plane with its points, centres and borders; handles drag the centres. Returns { el, draw }. */
function stage({ centresNow, move }) {
  const lines = svg("path", { class: "km-border" }),
    trails = range(MOST).map((c) => svg("path", { class: `km-trail s${c}` })),
    spokes = range(MOST).map((c) => svg("path", { class: `km-spoke s${c}` })),
    clusters = range(MOST).map((c) => svg("path", { class: `km-point s${c}` })),
    levels = range(LEVELS).map((l) => svg("path", { class: "km-level", "fill-opacity": (l + 1) / LEVELS })),
    loose = svg("path", { class: "km-loose" }),
    ring = svg("path", { class: "km-ring" }),
    drawing = svg("svg", { class: "km-svg", viewBox: `0 0 ${VIEW} ${VIEW}`, role: "img" });
  drawing.append(...spokes, lines, loose, ...clusters, ...levels, ...trails, ring);
  const el = h("div", { class: "km-plane" }, drawing),
    handles = range(MOST).map(handle);
  el.append(...handles);
  function handle(c) {
    const one = h("div", { class: `km-handle s${c}`, role: "slider", tabindex: 0, "aria-label": `Centre ${c + 1}` });
    one.textContent = c + 1;
    const scale = () => (2 * EDGE) / el.clientWidth;
    draggable(one, {
      within: el,
      from: () => centresNow()[c].map((v, axis) => (axis ? EDGE - v : v + EDGE) / scale()),
      onMove: (x, y) => move(c, [x * scale() - EDGE, EDGE - y * scale()]),
      onKey(event) {
        const by = arrowOf(event, 10);
        if (by)
          move(
            c,
            centresNow()[c].map((v, axis) => v + by[axis] / 10),
          );
        return by;
      },
    });
    return one;
  }
  function draw({ frames, begin, shown }, at, { units }) {
    const frame = frames[at],
      { centres, labels } = frame,
      n = shown.length / 2,
      own = range(MOST + 1).map(() => ({ x: [], y: [] })),
      ranks = range(LEVELS).map(() => ({ x: [], y: [] }));
    const put = (list, i) => {
      list.x.push(shown[2 * i]);
      list.y.push(shown[2 * i + 1]);
    };
    const most = frame.probabilities && Math.max(...frame.probabilities);
    const joins = range(MOST).map(() => "");
    for (let i = 0; i < n; i++) {
      if (most) put(ranks[Math.min(LEVELS - 1, Math.floor((LEVELS * frame.probabilities[i]) / most))], i);
      else put(own[labels?.[i] ?? MOST], i);
      if (labels)
        joins[labels[i]] += `M${spot(shown[2 * i])} ${down(shown[2 * i + 1])}L${centreSpot(centres[labels[i]])}`;
    }
    clusters.forEach((one, c) => path(one, pointsPath(own[c], SHAPES[c], spot, down)));
    path(loose, pointsPath(own[MOST], "circle", spot, down));
    levels.forEach((one, l) => path(one, pointsPath(ranks[l], "circle", spot, down, 2.5 + (4 * l) / LEVELS)));
    spokes.forEach((one, c) => path(one, joins[c]));
    const walked = frames.slice(begin - 1, at + 1).filter(({ kind }) => kind !== "assign");
    trails.forEach((one, c) =>
      path(one, walked.length > 1 && centres[c] ? `M${walked.map((f) => centreSpot(f.centres[c])).join("L")}` : ""),
    );
    path(
      lines,
      borders(centres, units)
        .map(([x, y, x2, y2]) => `M${spot(x)} ${down(y)}L${spot(x2)} ${down(y2)}`)
        .join(""),
    );
    path(
      ring,
      frame.chosen === undefined
        ? ""
        : markPath("circle", spot(shown[2 * frame.chosen]), down(shown[2 * frame.chosen + 1]), 17),
    );
    drawing.setAttribute(
      "aria-label",
      `${n} points and ${many(centres.length, "centre")}, from ${format(-EDGE)} to ${EDGE} along both axes`,
    );
    const counts = range(MOST).map((c) => own[c].x.length);
    handles.forEach((one, c) => {
      one.hidden = c >= centres.length;
      if (one.hidden) return;
      const [x, y] = centres[c];
      Object.assign(one.style, { left: `${(100 * spot(x)) / VIEW}%`, top: `${(100 * down(y)) / VIEW}%` });
      one.classList.toggle("km-empty", Boolean(labels) && !counts[c]);
      const said = {
        "aria-valuenow": format(x).replace("\u2212", "-"),
        "aria-valuetext": `${pair(centres[c])}${labels ? `, ${many(counts[c], "point")}` : ""}`,
      };
      for (const [name, value] of Object.entries({ "aria-valuemin": -EDGE, "aria-valuemax": EDGE, ...said }))
        one.setAttribute(name, value);
    });
  }
  return { el, draw };
}
const path = (part, d) => part.setAttribute("d", d);
const centreSpot = ([x, y]) => `${spot(x)} ${down(y)}`;

/** The map of starts, a table of its ends. go(place) starts the moving centre there. Returns { el, table, draw, stop }. */
function basins({ startNow, moverNow, go, worked }) {
  const canvas = h("canvas", { class: "km-paint", width: SIDE, height: SIDE, "aria-hidden": "true" }),
    dots = svg("path", { class: "km-dot" }),
    marks = svg("g", {}),
    drawing = svg("svg", { class: "km-svg", viewBox: `0 0 ${VIEW} ${VIEW}`, "aria-hidden": "true" }, dots, marks);
  const el = h(
    "div",
    { class: "km-plane km-map", role: "slider", tabindex: 0, "aria-valuemin": -EDGE, "aria-valuemax": EDGE },
    canvas,
    drawing,
  );
  const rest = h("p", { class: "km-note" }),
    heads = ["end", "cost", "starts", ""].map((text) => h(text ? "th" : "td", text ? { scope: "col" } : {}, text));
  const rows = range(MOST).map((r) => {
    const swatch = h("i", { class: "km-swatch", "aria-hidden": "true" }),
      [name, cost, share] = range(3).map(() => h("span")),
      there = button("Start there", () => go(middleOf(rows[r].end)));
    const cells = [cost, share, there].map((one) => h("td", {}, one));
    return {
      tr: h("tr", {}, h("th", { scope: "row" }, swatch, name), cells),
      swatch,
      name,
      cost,
      share,
      there,
      end: 0,
    };
  });
  const body = h(
      "tbody",
      {},
      rows.map(({ tr }) => tr),
    ),
    head = h("thead", {}, h("tr", {}, heads)),
    table = h("div", {}, h("table", { class: "km-table", "aria-label": "Ends of the map" }, head, body), rest);
  const pixels = canvas.getContext("2d").createImageData(SIDE, SIDE),
    scale = () => (2 * EDGE) / el.clientWidth;
  draggable(el, {
    touch: "pan-y",
    onMove: (x, y) => go([x * scale() - EDGE, EDGE - y * scale()]),
    onKey(event) {
      const by = arrowOf(event, 10);
      if (by) go(startNow()[moverNow()].map((v, axis) => v + by[axis] / 10));
      return by;
    },
  });
  let map,
    list = [],
    key = "",
    last, // what was drawn
    themed; // colours, until the theme changes

  /** Of each end red, green and blue: the lowest cost green, then from pale to dark. */
  function shadesOf() {
    themed ??= ["bg", "good", "neg", "fg"].map(coloursOf(el).bytes);
    const [ground, good, worse] = themed,
      mix = (from, to, share) => from.map((v, i) => Math.round(v + share * (to[i] - v))),
      [green, pale, dark] = [mix(ground, good, 0.55), mix(ground, worse, 0.15), mix(ground, worse, 0.8)],
      [low, high] = [list[0].cost, list.at(-1).cost],
      shades = [];
    list.forEach(({ end, cost }, rank) => {
      // A cost that is hardly higher looks hardly different, and of two alike the rank tells
      const far = (0.6 * (cost - low)) / (high - low || 1) + (0.4 * rank) / Math.max(1, list.length - 1);
      shades[end] = far < 0.15 ? mix(green, pale, far / 0.15) : mix(pale, dark, (far - 0.15) / 0.85);
    });
    return shades;
  }
  function paint() {
    const { of } = map,
      bytes = pixels.data,
      shades = shadesOf();
    const line = themed[3];
    for (let cell = 0; cell < of.length; cell++) {
      const end = of[cell],
        last = cell % SIDE === SIDE - 1,
        edge = (!last && of[cell + 1] !== end) || (of[cell + SIDE] ?? end) !== end;
      if (end < 0) continue;
      for (let c = 0; c < 3; c++) bytes[4 * cell + c] = edge ? (shades[end][c] + line[c]) / 2 : shades[end][c];
      bytes[4 * cell + 3] = 255;
    }
    canvas.getContext("2d").putImageData(pixels, 0, 0);
  }
  /** The lowest end and those that most starts lead to. */
  function tell() {
    const most = [...list.slice(1)].sort((a, b) => b.share - a.share).slice(0, MOST - 1),
      shown = list.filter((one, r) => r === 0 || most.includes(one)),
      shades = shadesOf(),
      others = list.filter((one) => !shown.includes(one)).reduce((sum, { share }) => sum + share, 0);
    rows.forEach((row, r) => {
      row.tr.hidden = r >= shown.length;
      if (row.tr.hidden) return;
      const { end, cost, share } = shown[r],
        number = list.indexOf(shown[r]) + 1,
        here = end === last.end;
      row.end = end;
      row.swatch.style.background = `rgb(${shades[end]})`;
      row.name.textContent = `${number === 1 ? "lowest" : number}${here ? " \u25c0" : ""}`;
      row.cost.textContent = cost1(cost);
      row.share.textContent = share < 0.001 ? "< 0.1\u00a0%" : percent(share);
      row.there.setAttribute("aria-label", `Start there, for end ${number}`);
      row.tr.classList.toggle("km-here", here);
    });
    rest.textContent = others
      ? `${many(list.length - shown.length, "more end")}, from ${percent(others)} of the starts.`
      : "";
  }
  /** A start that leads to an end: the middle of the longest row of its cells. */
  function middleOf(end) {
    let [best, most, length] = [0, 0, 0];
    map.of.forEach((one, cell) => {
      length = one === end ? (cell % SIDE ? length : 0) + 1 : 0;
      if (length > most) [best, most] = [cell - (length >> 1), length];
    });
    return cellPlace(best);
  }
  const { soon, stop: stopFrame } = inFrame(onward);
  let painted = 0;
  /** A slice of the work; the picture is painted anew from time to time. */
  function onward() {
    const done = map.work(SLICE);
    if (done || map.done() > 1.5 * painted || performance.now() - last.time > 250) {
      painted = map.done();
      last.time = performance.now();
      list = ranked(map);
      paint();
      tell();
      say();
    }
    if (!done) soon();
    worked(done);
  }
  function say() {
    const { start, mover, end } = last,
      rank = list.findIndex((one) => one.end === end),
      ranks = rank < 0 ? "" : `, number ${rank + 1} of ${list.length}`,
      [x, y] = start[mover];
    const said = {
      "aria-label": `Map: where centre ${mover + 1} starts`,
      "aria-valuenow": Number(x.toFixed(2)),
      "aria-valuetext": `${pair([x, y])}, which ends at cost ${cost1(map.ends[end].cost)}${ranks}`,
    };
    for (const [name, value] of Object.entries(said)) el.setAttribute(name, value);
  }
  function draw(state, { shown }) {
    const start = startOf(state),
      mover = moverOf(state),
      next = mapKey(state);
    last = { start, mover, time: performance.now() };
    if (next !== key) {
      key = next;
      map = basinMap(state);
      list = [];
      painted = 0;
      pixels.data.fill(0);
      soon();
    }
    path(
      dots,
      pointsPath({ x: shown.filter((_, i) => i % 2 === 0), y: shown.filter((_, i) => i % 2) }, "circle", spot, down, 2),
    );
    marks.replaceChildren(
      ...start.map(([x, y], c) => {
        const at = { x: spot(x), y: down(y) + 6, class: c === mover ? "km-mover" : "km-held" };
        return svg(
          "g",
          {},
          svg("circle", { cx: at.x, cy: down(y), r: 14, class: at.class }),
          svg("text", { x: at.x, y: at.y, "text-anchor": "middle", class: at.class }, c + 1),
        );
      }),
    );
    last.end = map.endOf(start);
    if (list.length) tell();
    say();
  }
  const stopTheme = onTheme(() => {
    themed = null;
    if (!list.length) return;
    list = ranked(map); // ends may have been found since the last picture
    paint();
    tell();
  });
  return {
    el,
    table,
    draw,
    stop() {
      stopFrame();
      stopTheme();
    },
  };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    change = (values) => put(model, values),
    anew = (values) => change({ ...values, at: 0 }),
    framed = remembered(
      TRAITS.filter((name) => name !== "at" && name !== "moving"),
      framesOf,
    ),
    cents = (at) => at.map((v) => Number(clamp(v, -EDGE, EDGE).toFixed(2)));
  const indexOf = (state, { frames }) => Math.min(state.at ?? Infinity, frames.length - 1);
  const replaced = (centres, c, to) => centres.map((one, i) => cents(i === c ? to : one));
  function centresNow() {
    const state = stateOf(),
      { frames } = framed(state),
      { centres } = frames[indexOf(state, framed(state))];
    return centres.length === state.k ? centres : startOf(state);
  }
  const plane = stage({ centresNow, move: (c, to) => anew({ start: replaced(centresNow(), c, to), moving: c }) });
  const moverNow = () => moverOf(stateOf());
  const starts = basins({
    startNow: () => startOf(stateOf()),
    moverNow,
    go: (to) => change({ start: replaced(startOf(stateOf()), moverNow(), to), at: null }),
    worked: (done) => done && soon(),
  });
  const names = (list) => list.map((name) => [name, name]);
  const controls = {
    cloud: menu({
      label: "Data",
      options: names(CLOUDS),
      onInput: (cloud) =>
        anew({
          cloud,
          k: GROUPS[cloud].length > 1 ? GROUPS[cloud].length : 3,
          start: Array.isArray(model.get("start")) ? STARTS[0] : model.get("start"),
        }),
    }),
    k: counter({ label: "Centres k", min: 1, max: MOST, value: 3, onInput: (k) => anew({ k }) }),
    start: menu({
      label: "Start",
      options: [...names(STARTS), ["by hand", "by hand"]],
      onInput: (start) => anew({ start: start === "by hand" ? startOf(stateOf()).map(cents) : start }),
    }),
    moving: counter({
      label: "The map moves centre",
      min: 1,
      max: MOST,
      value: 1,
      onInput: (c) => change({ moving: c - 1 }),
    }),
  };
  const another = button("Draw again", () =>
    anew({
      seed: (model.get("seed") + 1) % 10_000,
      start: Array.isArray(model.get("start")) ? STARTS[0] : model.get("start"),
    }),
  );
  const scaled = toggle({
    label: "standardise",
    value: false,
    onInput: (standardise) => anew({ standardise }),
  });
  const play = player({
    label: "k-means",
    unit: "half step",
    speeds: [1, 2, 5],
    speed: 2,
    replay: true,
    onStep() {
      const state = stateOf(),
        at = indexOf(state, framed(state)) + 1;
      change({ at });
      return at < framed(state).frames.length - 1;
    },
    onReset: () => change({ at: 0 }),
  });
  const curve = chart({ height: 170, reading: false }),
    said = status(),
    [groupNote, startNote] = [h("p", { class: "km-note" }), h("p", { class: "km-note" })],
    [groupBox, startBox] = [h("div", {}, groupNote), h("div", {}, startNote)]; // a cover hides what is inside
  const shape = figure("Points and their centres; a dashed border is equally far from two. Drag a centre.", plane.el),
    mapped = figure(
      "Every start of one centre, coloured by the cost where it ends: green the lowest. Press or drag.",
      starts.el,
    ),
    costs = figure("The cost after each half step", curve.el);
  root(
    el,
    "k-means, half a step at a time",
    "Press Step: points join their nearest centre, then centres move to the mean of their points. Drag a centre to start from elsewhere.",
  ).append(
    h(
      "div",
      { class: "xp-row km-controls" },
      Object.values(controls)
        .slice(0, 3)
        .map((one) => one.el),
      another,
      scaled.el,
    ),
    h("div", { class: "km-said" }, said.el),
    h("div", { class: "km-pair" }, h("div", {}, shape, play.el), h("div", {}, mapped, controls.moving.el)),
    h("div", { class: "km-pair" }, h("div", {}, costs, groupBox), h("div", {}, starts.table, startBox)),
  );

  const comparedBy = ({ cloud, k, standardise }) => JSON.stringify([cloud, k, standardise]);
  let both,
    bothKey = "";
  /** Random starts beside those of k-means++, counted in slices once the map is done. */
  function compare() {
    if (!both || both.told) return;
    if (both.work(SLICE)) {
      both.told = true;
      const [random, plus] = both.lowest();
      startNote.textContent = `Of ${SEEDS} random starts, ${random} reach the lowest cost found with this k; of ${SEEDS} by k-means++, ${plus}.`;
    } else soon();
  }
  const { soon, stop: stopCompare } = inFrame(compare);

  function drawCosts({ frames, begin }, at) {
    const half = frames.slice(begin, at + 1).map(({ kind, cost }, i) => ({ kind, cost, x: i + 1 })),
      of = (kind) => half.filter((one) => one.kind === kind),
      last = Math.max(2, frames.length - begin),
      every = Math.ceil(last / 10);
    const series = (name, list, style) => ({
      kind: "points",
      name,
      style,
      x: list.map(({ x }) => x),
      y: list.map(({ cost }) => cost),
    });
    curve.draw({
      label: "Cost",
      x: {
        label: "half step",
        domain: [0.5, last + 0.5],
        ticks: range(last).flatMap((i) => (i % every ? [] : [i + 1])),
      },
      y: { domain: [0, 1.05 * frames[begin].cost] },
      marks: [
        {
          kind: "line",
          name: "cost",
          quiet: true,
          style: 4,
          x: half.map(({ x }) => x),
          y: half.map(({ cost }) => cost),
        },
        series("after assigning", of("assign"), 0),
        series("after updating", of("update"), 1),
      ],
    });
  }
  function draw() {
    const state = stateOf(),
      found = framed(state),
      at = indexOf(state, found),
      { groups, units } = cloudOf(state),
      byHand = Array.isArray(state.start);
    controls.cloud.set(state.cloud);
    controls.k.set(state.k);
    controls.start.set(byHand ? "by hand" : state.start);
    controls.moving.set(moverNow() + 1, { max: state.k });
    scaled.set(state.standardise);
    play.at(at, at === found.frames.length - 1);
    plane.draw(found, at, { units });
    starts.draw(state, found);
    drawCosts(found, at);
    const right = found.frames[at].labels ? matched({ labels: found.frames[at].labels, k: state.k }, groups) : NaN;
    groupNote.textContent = Number.isNaN(right)
      ? ""
      : `${percent(right / 100)} of the points are in the cluster that matches the group they were drawn from.`;
    const next = comparedBy(state);
    if (next !== bothKey) {
      bothKey = next;
      both = comparison(state);
      startNote.textContent = "";
    }
    said.say(sentence(state, at), "", !play.playing());
  }
  const unfollow = follow(model, TRAITS, draw);
  const mapParts = [mapped, starts.table]; // a press there shows an end
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      steps: {
        question: () =>
          `${many(model.get("k"), "centre")} ${model.get("k") === 1 ? "starts" : "start"} as shown. In which step, of two halves each, does no point change any more?`,
        decimals: 0,
        min: 1,
        max: LAST,
        answer: () => stepsOf(stateOf()),
        because: "Step on and watch the cost.",
        cover: [play.el, costs, ...mapParts],
      },
      share_best: {
        question: () =>
          `Only centre ${moverNow() + 1} may start anywhere in the square, the others as shown. From what share of its starts does k-means reach the lowest cost that it can reach from any of them?`,
        unit: "%",
        decimals: 1,
        min: 0,
        max: 100,
        answer: () => Number(shareOfBest(stateOf()).toFixed(1)),
        about: () => (model.get("k") > 1 ? mapKey(stateOf()) : ""),
        because: "It stands in the first row of the table.",
        cover: mapParts,
      },
      matched: {
        question: () =>
          "When it has come to rest, what share of the points will be in the cluster that matches the group they were drawn from?",
        unit: "%",
        decimals: 1,
        min: 0,
        max: 100,
        answer() {
          const state = stateOf(),
            { labels } = framed(state).frames.at(-1);
          return Number(matched({ labels, k: state.k }, cloudOf(state).groups).toFixed(1));
        },
        because: "Step on to the end and look at the colours.",
        cover: [play.el, groupBox, ...mapParts],
      },
      plus_plus: {
        question: () =>
          `How many of ${SEEDS} starts by k-means++ reach the lowest cost that they, or ${SEEDS} random starts, find with ${many(model.get("k"), "centre")}?`,
        decimals: 0,
        min: 0,
        max: SEEDS,
        answer: () => plusPlusBest(stateOf()),
        about: () => comparedBy(stateOf()),
        because: "The line below the table has both counts.",
        cover: [startBox],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    starts.stop();
    stopCompare();
    said.stop();
    play.stop();
    curve.stop();
  };
}

export default { render };
