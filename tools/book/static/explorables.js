/* Draws the explorables of a built page: mounts anywidget views over the widget state stored in the notebook, with the
   code that the page's scripts have put in the table `explorables`. No kernel, no RequireJS, no html-manager.
   A classic script, so that it also works from a folder (file://). */
(() => {
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const models = new Map(); // model id -> Model

  const bytes = (base64) => new DataView(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);

  /** The part of anywidget's model interface that makes sense without a kernel. */
  class Model {
    constructor({ state, buffers = [] }) {
      this.state = { ...state };
      this.listeners = new Map();
      for (const { path, data } of buffers) {
        const owner = path.slice(0, -1).reduce((value, key) => value[key], this.state);
        owner[path.at(-1)] = bytes(data);
      }
    }
    get(name) {
      return this.state[name];
    }
    set(name, value) {
      if (typeof name === "object") {
        for (const pair of Object.entries(name)) this.set(...pair);
        return;
      }
      if (Object.is(this.state[name], value)) return;
      this.state[name] = value;
      this.emit(`change:${name}`, value);
      this.emit("change");
    }
    on(names, listener) {
      for (const name of names.split(" ")) {
        if (!this.listeners.has(name)) this.listeners.set(name, new Set());
        this.listeners.get(name).add(listener);
      }
    }
    off(names, listener) {
      if (!names) this.listeners.clear();
      else
        for (const name of names.split(" "))
          listener ? this.listeners.get(name)?.delete(listener) : this.listeners.delete(name);
    }
    emit(name, value) {
      for (const listener of [...(this.listeners.get(name) ?? [])]) listener(this, value);
    }
    save_changes() {} // there is no kernel to tell
    send() {}
  }

  /** An explorable's module, by the name of its Python class: dnnlib.widgets.module.Class. */
  function moduleOf(model) {
    const name = model.get("_anywidget_id"),
      [, stem] = /^dnnlib\.widgets\.(\w+)\.\w+$/.exec(name) ?? [];
    const widget = globalThis.explorables?.[stem]?.default;
    if (!widget) throw new Error(`the page lacks the code of ${name}`);
    return widget;
  }

  async function mount(script) {
    const model = models.get(JSON.parse(script.textContent).model_id);
    if (!model) return;
    const el = document.createElement("div");
    script.after(el);
    try {
      const widget = moduleOf(model);
      model.initialized ??= Promise.resolve(widget.initialize?.({ model }));
      await model.initialized;
      await widget.render?.({ model, el });
      el.dataset.ready = "true";
      document.dispatchEvent(new CustomEvent("explorable-ready", { detail: { el, model } }));
    } catch (error) {
      el.textContent = `This interactive figure could not start: ${error}`;
      console.error(error);
    }
  }

  function start() {
    for (const stored of document.querySelectorAll(STATE)) {
      for (const [id, record] of Object.entries(JSON.parse(stored.textContent).state)) {
        if (record.model_name === "AnyModel") models.set(id, new Model(record));
      }
    }
    for (const script of document.querySelectorAll(VIEW)) mount(script);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
