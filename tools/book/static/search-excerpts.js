/* Sphinx's search fetches each hit's page to show an excerpt. This answers from page-texts.js instead, so that
   excerpts show from a folder (file://) too, and one small file serves them all. */
(() => {
  const fetchPage = window.fetch;
  window.fetch = (address, options) => {
    const name = String(address)
      .replace(/^\.\//, "")
      .replace(/\.html$/, "");
    const text = window.pageTexts?.[name];
    if (text === undefined) return fetchPage(address, options);
    return Promise.resolve(new Response(`<div role="main">${text}</div>`));
  };

  /* Sphinx's excerpt shows the first place of the last word. This one shows the first place where most words meet. */
  const BEFORE = 80,
    LENGTH = 240;
  const excerpt = (html, words, anchor) => {
    const text = Search.htmlToText(html, anchor).replace(/\s+/g, " ").trim(),
      lower = text.toLowerCase();
    let start = 0,
      most = 0;
    for (const { index } of lower.matchAll(/\S+/g)) {
      const ahead = lower.slice(index, index + LENGTH - BEFORE);
      const found = [...words].filter((word) => ahead.includes(word)).length,
        [first] = ahead.split(" ", 1);
      if (found > most && [...words].some((word) => first.includes(word))) [start, most] = [index, found];
    }
    start = start > BEFORE ? text.indexOf(" ", start - BEFORE) + 1 : 0;
    const summary = Object.assign(document.createElement("p"), { className: "context" });
    const end = start + LENGTH < text.length ? "…" : "";
    summary.textContent = (start ? "…" : "") + text.slice(start, start + LENGTH) + end;
    return text ? summary : null;
  };
  document.addEventListener("DOMContentLoaded", () => {
    Search.makeSearchSummary = excerpt;
  });
})();
