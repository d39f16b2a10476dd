/* The editor of an answer: CodeMirror with Python's colours, those of the book's own cells. */

import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory, undo } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

// The classes by which Pygments colours the cells of the book, in both themes
const colours = tagHighlighter([
  { tag: tags.keyword, class: "k" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: [tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], class: "k" },
  { tag: tags.operator, class: "o" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.comment, class: "c1" },
  { tag: [tags.function(tags.definition(tags.variableName))], class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.meta, class: "nd" },
]);

const bare = EditorView.theme({ "&.cm-focused": { outline: "none" } }); // the frame around it shows the focus

/** Says whether two texts are the same to a reader: what is at the ends of lines does not count. */
const same = (text, other) => text.replace(/\s+$/gm, "") === other.replace(/\s+$/gm, "");

/** Puts an editor into an element.

    Args:
      parent: The element.
      text: What stands in it.
      label: What assistive technology calls it.
      described: The id of the element that says which keys there are.
      onrun: Called at Ctrl+Enter or ⌘+Enter.
      onchange: Called after each change.

    Returns:
      { view, text(), replace(text), undo(), focus(), is(text) }. */
export function editor(parent, { text, label, described, onrun, onchange }) {
  const run = { key: "Mod-Enter", run: () => onrun() || true };
  const attributes = { "aria-label": label, "aria-describedby": described, tabindex: "0" };
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      Prec.highest(keymap.of([run, { key: "Ctrl-Enter", run: run.run }])),
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]), // Escape, then Tab leaves: CodeMirror's own way
      history(),
      lineNumbers(),
      highlightSpecialChars(),
      pythonLanguage,
      syntaxHighlighting(colours),
      bracketMatching(),
      indentOnInput(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      EditorView.contentAttributes.of(attributes),
      EditorView.updateListener.of((update) => update.docChanged && onchange()),
      bare,
    ],
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    is: (other) => same(view.state.doc.toString(), other),
    replace(other) {
      const changes = { from: 0, to: view.state.doc.length, insert: other };
      view.dispatch({ changes, selection: { anchor: 0 }, annotations: isolateHistory.of("full") });
    },
    undo: () => undo(view),
    focus: () => view.focus(),
  };
}
