/* What is told of an answer in a word or two: pure functions. */

/** Returns what of an output is read aloud: the first lines of a card, the last line of an error, or the text.

    Args:
      element: The element that shows the output, or nothing. */
export function headline(element) {
  if (!element) return "";
  const lines = [...element.querySelectorAll("p")].slice(0, 2).map((line) => line.textContent);
  if (lines.length) return lines.join(". ").replace(/^[✓✗○?]/, ""); // the sign is said in words, too
  const text = element.textContent.trim();
  return element.matches(".solve-error") ? text.slice(text.lastIndexOf("\n") + 1) : text.slice(0, 200);
}

/** Returns the name that an error does not know and that one of the given texts defines; "" if there is none.

    Args:
      error: The text of an error.
      texts: What cells held that ran before. */
export function lostName(error, texts) {
  const [, name] = /NameError: name '(\w+)' is not defined/.exec(error) ?? [];
  if (!name) return "";
  const defines = new RegExp(
    `^\\s*(?:def|class)\\s+${name}\\b|^[^#=]*\\b${name}\\b[^=]*=[^=]|\\bimport\\b.*\\b${name}\\b`,
    "m",
  );
  return texts.some((text) => defines.test(text)) ? name : "";
}

/** Says whether the last card among an answer's outputs is that of a right answer; its sign is a tick. */
export function isRight(element) {
  const sign = [...element.querySelectorAll(".solve-card")].at(-1)?.querySelector("p > span[aria-hidden]");
  return sign?.textContent === "✓";
}
