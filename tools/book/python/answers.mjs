/* A chapter as a notebook that holds the reader's answers. */

const CHECK = /^check\(ex\.(\w+), \w+\)$/;

/** Returns the last line of a cell that checks an exercise, and that exercise's name; null for any other cell. */
function checkOf(cell) {
  const [line] = [cell.source].flat().join("").trimEnd().split("\n").slice(-1);
  const found = cell.cell_type === "code" && CHECK.exec(line);
  return found ? { line, name: found[1] } : null;
}

/** Returns a notebook with answers, name -> text, in the cells of their exercises; "scratch" gets a cell at the end. */
export function withAnswers(notebook, answers) {
  const cells = notebook.cells.map((cell) => {
    const check = checkOf(cell);
    const text = answers[check?.name]?.trimEnd();
    if (text === undefined) return cell;
    return { ...cell, source: text.endsWith(`\n${check.line}`) ? text : `${text}\n\n\n${check.line}` };
  });
  const { scratch } = answers;
  if (scratch?.trim())
    cells.push({ cell_type: "code", execution_count: null, id: "scratch", metadata: {}, outputs: [], source: scratch });
  return { ...notebook, cells };
}
