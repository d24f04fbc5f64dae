/** What makes a spreadsheet take a cell for a formula, also in its full-width forms, or read past a cell's beginning. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠|%]/

/** The same after what ends a cell for a spreadsheet that is set to semicolons or tabs, and knows our quotes for no quotes. */
const FORMULA_WITHIN = /([;\t\r\n][ \u00a0]*)(?=[=+\-@＝＋－＠|%])/g

/**
 * A text as a cell. One that a spreadsheet would take for a formula is prefixed with an apostrophe, and so is what it would
 * take for one within it: texts come from callers, and whoever opens the file is not who wrote them.
 */
export function csvText(text: string): string {
  const safe = text.replace(FORMULA_WITHIN, "$1'")
  return quoted(FORMULA.test(text.trimStart()) || FORMULA.test(text) ? `'${safe}` : safe)
}

/** A line of cells that are ready: from `csvText`, or plain numbers and dates of our own making. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
