/* Makes elements. */

/** Makes an element: its attributes, then what stands in it, elements and texts. */
export function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

/** Makes a button that says `words`. */
export function button(words, onclick, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, words);
  made.addEventListener("click", onclick);
  return made;
}
