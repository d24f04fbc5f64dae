import type { BenchRow } from './bench'

const HEADINGS = ['', 'measured', 'beside', 'ratio', 'target', ''] as const

/** The rows as aligned text. */
export function printTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.measured,
    row.beside ?? '',
    row.ratio?.toFixed(2) ?? '',
    row.target ?? '',
    verdict(row.isMet),
  ])
  const table = [[...HEADINGS], ...cells]
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)))
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function verdict(isMet: boolean | null): string {
  if (isMet === null) return ''
  return isMet ? 'met' : 'MISSED'
}
