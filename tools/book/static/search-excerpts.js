/* Sphinx's search fetches each hit's page to show an excerpt. This answers from the page's script in texts/ instead, so
   that excerpts show from a folder (file://) too, and a search loads the texts of its hits alone. */
(() => {
  const fetchPage = window.fetch,
    texts = new URL("texts/", document.currentScript.src);
  const loaded = (name) =>
    new Promise((done) => {
      const script = document.createElement("script");
      script.src = new URL(`${name}.js`, texts);
      script.onload = script.onerror = () => done(window.pageTexts?.[name]);
      document.head.append(script);
    });
  window.fetch = async (address, options) => {
    const [, name] = String(address).match(/^(?:\.\/)?([\w/-]+)\.html$/) ?? [];
    const text = name && (window.pageTexts?.[name] ?? (await loaded(name)));
    if (text === undefined) return fetchPage(address, options);
    return new Response(`<div role="main">${text}</div>`);
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
