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
  el.replaceChildren(h("p", { class: "xp-title" }, title), ...(lead ? [h("p", { class: "xp-lead" }, lead)] : []));
  return el;
}

/** Writes a number for people: few decimals, a true minus sign, no "-0". */
export function format(value, decimals = 2) {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toFixed(decimals));
  return String(rounded === 0 ? 0 : rounded).replace("-", "\u2212");
}

/** A labelled slider. Returns { el, set(value) }; onInput gets a number. */
export function slider({ label, min, max, step = 1, value, onInput, show = format }) {
  const id = uid("slider");
  const out = h("output", { for: id }, show(value));
  // JupyterLab takes the arrow keys from a range input that lacks this attribute
  const input = h("input", { id, type: "range", min, max, step, value, "data-lm-suppress-shortcuts": "true" });
  input.addEventListener("input", () => { out.textContent = show(Number(input.value)); onInput(Number(input.value)); });
  const el = h("span", { class: "xp-control" }, h("label", { class: "xp-label", for: id }, `${label} `, out), input);
  const set = (next, limits = {}) => {
    Object.assign(input, limits);
    input.value = next;
    out.textContent = show(Number(next));
  };
  return { el, set, input };
}

/** A small whole number with buttons for less and more. Returns { el, set(value) }. */
export function counter({ label, min, max, value, onInput, show = String }) {
  let now = value;
  const out = h("output", {}, show(value));
  const less = h("button", { type: "button", "aria-label": `${label}: less`, onclick: () => go(now - 1) }, "\u2212");
  const more = h("button", { type: "button", "aria-label": `${label}: more`, onclick: () => go(now + 1) }, "+");
  const el = h("span", { class: "xp-control", role: "group", "aria-label": label },
    h("span", { class: "xp-label" }, label), h("span", { class: "xp-count" }, less, out, more));
  const set = (next, limits = {}) => {
    ({ min = min, max = max } = limits);
    now = next;
    out.textContent = show(next);
    less.disabled = next <= min;
    more.disabled = next >= max;
  };
  const go = (next) => { if (next >= min && next <= max) { set(next); onInput(next); } };
  set(value);
  return { el, set };
}

/** One of a few: radio buttons that look like one row of buttons. options: [[value, label], ...]. */
export function choice({ label, options, value, onInput }) {
  const name = uid("choice");
  const inputs = options.map(([v]) => h("input", {
    type: "radio", name, value: v, "data-lm-suppress-shortcuts": "true", onchange: () => onInput(v) }));
  const el = h("fieldset", { class: "xp-control" }, h("legend", {}, label),
    h("span", { class: "xp-choice" }, options.map(([, text], i) => h("label", {}, inputs[i], h("span", {}, text)))));
  const set = (next) => inputs.forEach((input, i) => { input.checked = options[i][0] === next; });
  set(value);
  return { el, set };
}

/** On or off. Returns { el, set(value) }. */
export function toggle({ label, value, onInput }) {
  const input = h("input", { type: "checkbox", "data-lm-suppress-shortcuts": "true" });
  input.checked = value;
  input.addEventListener("change", () => onInput(input.checked));
  return { el: h("label", { class: "xp-toggle" }, input, label), set: (next) => { input.checked = next; } };
}

export const button = (label, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, label);

/** The sentence that says the state: visible, and read aloud once the hand rests. Returns { el, say(text) }. */
export function status() {
  const shown = h("p", { class: "xp-status" });
  const spoken = h("p", { class: "xp-sr", role: "status" });
  let timer;
  const say = (text) => {
    if (shown.textContent === text) return;
    shown.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = text; }, 400);
  };
  shown.setAttribute("aria-hidden", "true"); // the spoken copy carries it
  return { el: h("div", {}, shown, spoken), say, stop: () => clearTimeout(timer) };
}

/**
 * A grid of numbers: arrow keys move, one tab stop. With onEdit its cells are text fields (spreadsheet keys:
 * arrows move, PageUp and PageDown change by one); otherwise moving over or focusing a cell calls onPoint(i, j).
 * update(values, look): values[i][j] are numbers; look(i, j) returns { classes, label } for one cell.
 */
export function numberGrid({ label, decimals = 2, onEdit, onPoint, onLeave }) {
  const grid = h("div", { class: "xp-grid", role: "grid", "aria-label": label });
  const el = h("div", { class: "xp-scroll" }, grid);
  let cells = [], at = [0, 0];
  const target = (i, j) => (onEdit ? cells[i][j].firstChild : cells[i][j]);

  function move(i, j, focus = true) {
    target(...at).tabIndex = -1;
    at = [i, j];
    target(i, j).tabIndex = 0;
    if (focus) { target(i, j).focus(); if (onEdit) target(i, j).select(); }
  }
  function keydown(event, i, j) {
    const rows = cells.length, columns = cells[0].length;
    const to = { ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1],
      Home: [i, 0], End: [i, columns - 1], Enter: [i + 1, j] }[event.key];
    const by = { PageUp: 1, PageDown: -1 }[event.key];
    if (to) {
      event.preventDefault();
      event.stopPropagation();
      if (to[0] >= 0 && to[0] < rows && to[1] >= 0 && to[1] < columns) move(...to);
    } else if (by && onEdit) {
      event.preventDefault();
      event.stopPropagation();
      onEdit(i, j, parse(target(i, j).value) + by);
    }
  }
  const parse = (text) => Number(text.replace("\u2212", "-").replace(",", ".")) || 0;
  function cell(i, j) {
    const props = { class: "xp-cell", role: "gridcell", onkeydown: (e) => keydown(e, i, j) };
    if (!onEdit) return h("div", { ...props, tabindex: -1, onpointerenter: () => onPoint?.(i, j),
      onfocus: () => { move(i, j, false); onPoint?.(i, j); }, onclick: () => move(i, j) });
    const input = h("input", { type: "text", tabindex: -1, autocomplete: "off", "data-lm-suppress-shortcuts": "true",
      onfocus: () => { move(i, j, false); onPoint?.(i, j); }, onclick: () => input.select(),
      oninput: () => { if (/^[-\u2212+]?[0-9]*[.,]?[0-9]+$/.test(input.value.trim())) onEdit(i, j, parse(input.value)); },
      onblur: () => { input.value = format(parse(input.value), decimals); } });
    return h("div", props, input);
  }
  function resize(rows, columns) {
    if (cells.length === rows && cells[0]?.length === columns) return;
    cells = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => cell(i, j)));
    grid.style.gridTemplateColumns = `repeat(${columns}, var(--cell))`;
    grid.replaceChildren(...cells.map((row) => h("div", { role: "row" }, row)));
    at = [Math.min(at[0], rows - 1), Math.min(at[1], columns - 1)];
    move(...at, false);
  }
  function update(values, look = () => ({})) {
    resize(values.length, values[0].length);
    const largest = Math.max(1e-9, ...values.flat().map(Math.abs));
    values.forEach((row, i) => row.forEach((value, j) => {
      const { classes = "", label: name, text = format(value, decimals) } = look(i, j);
      const td = cells[i][j], field = target(i, j);
      td.className = `xp-cell ${value > 0 ? "pos" : value < 0 ? "neg" : ""} ${classes}`;
      td.style.setProperty("--v", (Math.abs(value) / largest).toFixed(3));
      if (!onEdit) { if (td.textContent !== text) td.textContent = text; }
      else if (document.activeElement !== field || parse(field.value) !== value) field.value = text;
      field.setAttribute("aria-label", `${name ?? `row ${i + 1}, column ${j + 1}`}${onEdit ? "" : `: ${text}`}`);
    }));
  }
  if (onLeave) grid.addEventListener("pointerleave", onLeave);
  return { el, update, focus: (i, j) => move(i, j), select: (i, j) => cells.length && move(i, j, false) };
}

/** A figure with a caption above it. */
export const figure = (caption, ...children) => h("figure", { class: "xp-figure" }, h("figcaption", {}, caption), ...children);

/** Calls draw() at once and, at most once a frame, after any of the named traits changed; returns the way to stop. */
export function follow(model, names, draw) {
  let frame = 0;
  const soon = () => { frame ||= requestAnimationFrame(() => { frame = 0; draw(); }); };
  for (const name of names) model.on(`change:${name}`, soon);
  draw();
  return () => {
    cancelAnimationFrame(frame);
    for (const name of names) model.off(`change:${name}`, soon);
  };
}

/** Sets one or more traits and tells the kernel, if there is one. */
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** Calls draw() when the page changes between light and dark; returns the way to stop. For canvases only. */
export function onTheme(draw) {
  const observer = new MutationObserver(draw);
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter: ["data-theme", "theme", "data-jp-theme-light", "class"] });
  }
  return () => observer.disconnect();
}
