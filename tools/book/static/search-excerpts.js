/* Sphinx's search fetches each hit's page to show an excerpt. This answers from page-texts.js instead, so that
   excerpts show from a folder (file://) too, and one small file serves them all. */
(() => {
  const fetchPage = window.fetch;
  window.fetch = (address, options) => {
    const name = String(address).replace(/^\.\//, "").replace(/\.html$/, "");
    const text = window.pageTexts?.[name];
    if (text === undefined) return fetchPage(address, options);
    return Promise.resolve(new Response(`<div role="main">${text}</div>`));
  };
})();
