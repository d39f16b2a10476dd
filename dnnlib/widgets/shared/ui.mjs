// What every explorable's view is made of: elements, controls, a grid of numbers, a status line. No framework.

/** Creates an element: h("p", { class: "a", onclick: f, "aria-label": "b" }, "text", child). */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Creates an SVG element, with the arguments of h. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(el, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (value === true) el.setAttribute(name, "");
    else if (value !== false && value != null) el.setAttribute(name, value);
  }
  el.append(...children.flat().filter((child) => child != null));
  return el;
}

let serial = 0;
/** Returns an id that no other element of the page has, for aria references. */
export const uid = (stem = "xp") => `${stem}-${Date.now().toString(36)}-${++serial}`;

/** Prepares an explorable's root element; returns it empty, named for screen readers. */
export function root(el, title, lead) {
  el.classList.add("xp");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", title);
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // else JupyterLab takes arrow keys and letters for itself
  el.replaceChildren(h("p", { class: "xp-title" }, title), ...(lead ? [h("p", { class: "xp-lead" }, lead)] : []));
  return el;
}

/** Writes a number for people: few decimals, a true minus sign, no "-0". */
export function format(value, decimals = 2) {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toFixed(decimals));
  return String(rounded === 0 ? 0 : rounded).replace("-", "\u2212");
}

/** A share for people: 12.5 % for 0.125. */
export const percent = (share, decimals = 1) => `${format(100 * share, decimals)}\u00a0%`;

/** A large number in few letters: 12K for 12345. */
export const compact = (value) =>
  new Intl.NumberFormat("en", { notation: "compact" }).format(value).replace("-", "\u2212");

/** A text's length in digits, as styles need it: points and commas are narrow. */
export const breadth = (text) => text.length - 0.5 * (text.match(/[.,]/g)?.length ?? 0);

/** A number with as many decimals, two at most, as a cell of this size in pixels has room for. */
export function short(value, size) {
  const texts = [2, 1, 0].map((decimals) => format(value, decimals));
  return texts.find((text) => text.length <= size / 6.5) ?? (texts[2].length > size / 4 ? compact(value) : texts[2]);
}

export const bracketed = (value) => (value < 0 ? `(${format(value)})` : format(value));
export const times = (a, b) => `${a} \u00d7 ${b}`;
export const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
/** A cell's place in words, counted from 0 as NumPy does. */
export const cellName = (row, column) => `row ${format(row)}, column ${format(column)}`;

/** The value, or the bound that it passes; low where the two bounds cross. */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** A labelled slider. Returns { el, set(value) }; onInput gets a number. */
export function slider({ label, min, max, step = 1, value, onInput, show = format }) {
  const id = uid("slider");
  const out = h("output", { for: id, "aria-live": "off" }, show(value)); // the slider itself says its value
  const input = h("input", { id, type: "range", min, max, step, "data-lm-suppress-shortcuts": "true" });
  input.value = value;
  if (show !== format) input.setAttribute("aria-valuetext", show(value));
  input.addEventListener("input", () => {
    set(input.value);
    onInput(Number(input.value));
  });
  const el = h("span", { class: "xp-control" }, h("label", { class: "xp-label", for: id }, `${label} `, out), input);
  const set = (next, limits = {}) => {
    Object.assign(input, limits);
    input.value = next;
    out.textContent = show(Number(next));
    if (show !== format) input.setAttribute("aria-valuetext", show(Number(next)));
  };
  return { el, set, input };
}

/** A small whole number: a spin button with buttons for less and more. Returns { el, set(value, limits) }. */
export function counter({ label, min, max, value, onInput, show = String }) {
  let now = value;
  const out = h("output", {
    role: "spinbutton",
    tabindex: 0,
    "aria-label": label,
    "aria-live": "off",
    onkeydown: keydown,
  });
  // Not disabled but aria-disabled at an end: a disabled button would drop the focus of whoever pressed it
  const push = (name, sign, by) =>
    h("button", { type: "button", tabindex: -1, "aria-label": `${label}: ${name}`, onclick: () => go(now + by) }, sign);
  const less = push("less", "\u2212", -1),
    more = push("more", "+", 1);
  const el = h(
    "span",
    { class: "xp-control", role: "group", "aria-label": label },
    h("span", { class: "xp-label" }, label),
    h("span", { class: "xp-count" }, less, out, more),
  );
  function set(next, limits = {}) {
    ({ min = min, max = max } = limits);
    now = next;
    out.textContent = show(next);
    const said = { "aria-valuenow": next, "aria-valuemin": min, "aria-valuemax": max, "aria-valuetext": show(next) };
    for (const [name, text] of Object.entries(said)) out.setAttribute(name, text);
    less.setAttribute("aria-disabled", next <= min);
    more.setAttribute("aria-disabled", next >= max);
  }
  function go(next) {
    if (next < min || next > max || next === now) return;
    set(next);
    onInput(next);
  }
  function keydown(event) {
    const to = { ArrowUp: now + 1, ArrowRight: now + 1, ArrowDown: now - 1, ArrowLeft: now - 1, Home: min, End: max }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  }
  set(value);
  return { el, set };
}

/** One of a few: radio buttons that look like one row of buttons. options: [[value, label], ...]. */
export function choice({ label, options, value, onInput }) {
  const name = uid("choice");
  const inputs = options.map(([v]) =>
    h("input", {
      type: "radio",
      name,
      value: v,
      "data-lm-suppress-shortcuts": "true",
      onchange: () => onInput(v),
    }),
  );
  const el = h(
    "fieldset",
    { class: "xp-control" },
    h("legend", {}, label),
    h(
      "span",
      { class: "xp-choice" },
      options.map(([, text], i) => h("label", {}, inputs[i], h("span", {}, text))),
    ),
  );
  const set = (next) =>
    inputs.forEach((input, i) => {
      input.checked = options[i][0] === next;
    });
  set(value);
  return { el, set };
}

/** On or off. Returns { el, set(value) }. */
export function toggle({ label, value, onInput }) {
  const input = h("input", { type: "checkbox", "data-lm-suppress-shortcuts": "true" });
  input.checked = value;
  input.addEventListener("change", () => onInput(input.checked));
  return {
    el: h("label", { class: "xp-toggle" }, input, label),
    set: (next) => {
      input.checked = next;
    },
  };
}

/**
 * A drop-down with its label above it, or with shown false for the ear alone. options: [[value, text], ...]; set(value)
 * adds a value that is none of them. Returns { el, set, select }.
 */
export function menu({ label, options, onInput, shown = true }) {
  const id = uid("menu"),
    values = options.map(([value]) => value);
  const option = (value, text = String(value)) => h("option", { value }, text);
  const select = h(
    "select",
    { id, "aria-label": shown ? null : label, onchange: () => onInput(values[select.selectedIndex]) },
    options.map((pair) => option(...pair)),
  );
  function set(value) {
    if (!values.includes(value)) {
      values.push(value);
      select.append(option(value));
    }
    const at = values.indexOf(value);
    if (select.selectedIndex !== at) select.selectedIndex = at;
  }
  const el = shown
    ? h("span", { class: "xp-control" }, h("label", { class: "xp-label", for: id }, label), select)
    : select;
  return { el, set, select };
}

export const button = (label, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, label);

/** What is read aloud once the hand rests, of several texts the last. Returns { el, say(text), stop }. */
export function voice(last = "") {
  const el = h("p", { class: "xp-sr", role: "status" });
  let timer;
  function say(text) {
    if (text === last) return;
    el.setAttribute("aria-live", last === null ? "off" : "polite");
    last = text;
    clearTimeout(timer);
    timer = setTimeout(() => {
      el.textContent = text;
    }, 400);
  }
  return { el, say, stop: () => clearTimeout(timer) };
}

/**
 * The sentence that says the state, visible and read aloud. say(text, more, aloud): more is for the ear alone; with aloud
 * false the ear gets nothing, as long as the state goes on by itself.
 */
export function status() {
  const shown = h("p", { class: "xp-status", "aria-hidden": "true" }); // the spoken copy carries it
  const spoken = voice(null); // it does not speak the first time: the page has just opened
  function say(text, more = "", aloud = true) {
    if (shown.textContent !== text) shown.textContent = text;
    if (aloud) spoken.say([text, more].filter(Boolean).join(" "));
  }
  return { el: h("div", {}, shown, spoken.el), say, stop: spoken.stop };
}

/** Whether a key was pressed with one that means something to the browser. */
export const modified = (event) => event.ctrlKey || event.metaKey || event.altKey;

/** Which of count things in a row an arrow key, Home or End leads to from the one at a place; undefined for other keys. */
export function stepTo(event, at, count) {
  const before = Math.max(0, at - 1),
    after = Math.min(count - 1, at + 1);
  if (modified(event)) return undefined;
  return { ArrowRight: after, ArrowDown: after, ArrowLeft: before, ArrowUp: before, Home: 0, End: count - 1 }[
    event.key
  ];
}

const NUMBER = /^[-\u2212+]?[0-9]*[.,]?[0-9]+$/;

/**
 * A grid of numbers: arrow keys move, one tab stop. With onEdit its cells are text fields (spreadsheet keys: arrows
 * move, PageUp and PageDown change by one), and the one that has the focus shows its number in full. Pointing at a cell
 * or focusing it calls onPoint(i, j).
 * update(values, look, largest): values[i][j] are numbers, shaded by their share of the largest; look(i, j) may return
 * for one cell { classes, label, text, note (small, in the corner), readonly, selected }.
 * frame({ row, column, rows, columns }) outlines a block of cells, frame(null) takes the outline away.
 */
export function numberGrid({ label, decimals = 2, onEdit, onPoint, onLeave }) {
  const grid = h("div", { class: "xp-grid", role: "grid", "aria-label": label });
  const outline = h("div", { class: "xp-frame", "aria-hidden": "true", hidden: true });
  const el = h("div", { class: "xp-scroll" }, h("div", { class: "xp-board" }, grid, outline));
  let cells = [],
    at = [0, 0]; // a cell: its td, the field in it that takes the focus, what was last drawn

  function move(i, j, focus = true) {
    cells[at[0]][at[1]].field.tabIndex = -1;
    at = [i, j];
    const { field } = cells[i][j];
    field.tabIndex = 0;
    if (focus) {
      field.focus();
      if (onEdit) field.select();
    }
  }
  const parse = (text) => Number(text.replace("\u2212", "-").replace(",", ".")) || 0;
  function keydown(event, i, j) {
    const rows = cells.length,
      columns = cells[0].length,
      { field } = cells[i][j];
    const to = {
      ArrowUp: [i - 1, j],
      ArrowDown: [i + 1, j],
      ArrowLeft: [i, j - 1],
      ArrowRight: [i, j + 1],
      Home: [i, 0],
      End: [i, columns - 1],
      Enter: [i + 1, j],
    }[event.key];
    const by = { PageUp: 1, PageDown: -1 }[event.key];
    if (modified(event) || event.shiftKey || !(to || (by && onEdit))) return;
    event.preventDefault();
    event.stopPropagation();
    if (by && !field.readOnly) onEdit(i, j, parse(field.value) + by);
    else if (to?.[0] in cells && to[1] >= 0 && to[1] < columns && to[0] < rows) move(...to);
  }
  function makeCell(i, j) {
    const on = {
      onkeydown: (event) => keydown(event, i, j),
      onpointerenter: () => onPoint?.(i, j),
      onfocusin: () => {
        move(i, j, false);
        onPoint?.(i, j);
      },
    };
    if (!onEdit) {
      const td = h("div", { class: "xp-cell", role: "gridcell", tabindex: -1, ...on, onclick: () => move(i, j) });
      return { td, field: td };
    }
    const field = h("input", {
      type: "text",
      tabindex: -1,
      autocomplete: "off",
      "data-lm-suppress-shortcuts": "true",
      onclick: () => field.select(),
      onfocus: () => {
        field.value = cells[i]?.[j]?.full ?? field.value;
      },
      onblur: () => {
        field.value = cells[i]?.[j]?.text ?? field.value;
      },
      oninput: () => {
        if (NUMBER.test(field.value.trim())) onEdit(i, j, parse(field.value.trim()));
      },
    });
    return { td: h("div", { class: "xp-cell", role: "gridcell", ...on }, field), field };
  }
  function resize(rows, columns) {
    if (cells.length === rows && cells[0]?.length === columns) return;
    const focused = grid.contains(document.activeElement);
    cells = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => makeCell(i, j)));
    grid.style.gridTemplateColumns = `repeat(${columns}, var(--cell))`;
    grid.replaceChildren(
      ...cells.map((row) =>
        h(
          "div",
          { role: "row" },
          row.map(({ td }) => td),
        ),
      ),
    );
    at = [Math.min(at[0], rows - 1), Math.min(at[1], columns - 1)];
    move(...at, focused);
  }
  function draw(cell, value, v, look) {
    const { classes = "", label: name, text = format(value, decimals), note, readonly = false, selected } = look;
    const key = [classes, v, text, name, note, readonly, selected, value].join("|");
    if (cell.key === key) return;
    const { td, field } = cell,
      full = readonly ? text : format(value, 9);
    Object.assign(cell, { key, text, full });
    td.className = `xp-cell ${value > 0 ? "pos" : value < 0 ? "neg" : ""} ${classes}`;
    td.style.setProperty("--v", v);
    td.style.setProperty("--n", breadth(text)); // long numbers are written smaller
    if (note === undefined) delete td.dataset.note;
    else td.dataset.note = note;
    if (selected !== undefined) td.setAttribute("aria-selected", selected);
    field.setAttribute("aria-label", onEdit ? name : `${name}: ${format(value, decimals)}`);
    if (!onEdit) {
      td.textContent = text;
      return;
    }
    field.readOnly = readonly;
    if (document.activeElement !== field) field.value = text;
    else if (parse(field.value) !== value) field.value = full;
  }
  function update(values, look = () => ({}), largest = Math.max(1e-9, ...values.flat().map(Math.abs))) {
    resize(values.length, values[0].length);
    values.forEach((row, i) =>
      row.forEach((value, j) => {
        const given = look(i, j),
          label = given.label ?? cellName(i, j);
        draw(cells[i][j], value, (Math.abs(value) / largest).toFixed(3), { ...given, label });
      }),
    );
  }
  function frame(block) {
    outline.hidden = !block;
    for (const [name, value] of Object.entries(block ?? {})) outline.style.setProperty(`--${name}`, value);
  }
  if (onLeave) grid.addEventListener("pointerleave", onLeave);
  return { el, update, frame, focus: (i, j) => move(i, j), select: (i, j) => cells.length && move(i, j, false) };
}

/** The table with another number of rows and columns; what is new repeats the old. */
export const resized = (table, rows, columns) =>
  Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => table[i % table.length][j % table[0].length]),
  );

/** The table with one number replaced. */
export const replaced = (table, i, j, value) =>
  table.map((row, r) => (r === i ? row.map((old, c) => (c === j ? value : old)) : row));

/** A figure with a caption above it. */
export const figure = (caption, ...children) =>
  h("figure", { class: "xp-figure" }, h("figcaption", {}, caption), ...children);

/** Calls draw() in the next frame, once however often it is asked to. Returns { soon, stop }. */
export function inFrame(draw) {
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };
  return { soon, stop: () => cancelAnimationFrame(frame) };
}

/** Calls draw() at once and, at most once a frame, after any of the named traits changed; returns the way to stop. */
export function follow(model, names, draw) {
  const { soon, stop } = inFrame(draw);
  for (const name of names) model.on(`change:${name}`, soon);
  draw();
  return () => {
    stop();
    for (const name of names) model.off(`change:${name}`, soon);
  };
}

/** The named traits as one object. */
export const traitsOf = (model, names) => Object.fromEntries(names.map((name) => [name, model.get(name)]));

/** A function of the state that is computed anew only when one of the named traits has changed. */
export function remembered(names, compute) {
  let key, found;
  return (state) => {
    const next = JSON.stringify(names.map((name) => state[name]));
    if (next !== key) {
      found = compute(state);
      key = next;
    }
    return found;
  };
}

/** Sets one or more traits and tells the kernel, if there is one. */
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** One step of a sum that is written out: a title above a text. */
export const step = (title, text, tag = "span") =>
  h("span", { class: "xp-step" }, h("small", {}, title), h(tag, {}, text));
/** A number with its sign apart, to stand behind another one. */
export const plus = (value) => `${value < 0 ? "\u2212" : "+"} ${format(Math.abs(value))}`;
