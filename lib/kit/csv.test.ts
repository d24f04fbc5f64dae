import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvLine, csvText } from './csv'

describe('csvText', () => {
  test.each([
    ['Outbound call, US', '"Outbound call, US"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['Anruf nach Köln', 'Anruf nach Köln'],
    ['', ''],
    ['3-4', '3-4'],
  ])('writes %j as %j', (text, cell) => {
    expect(csvText(text)).toBe(cell)
  })

  test.each([
    '=1+1',
    '=HYPERLINK("http://evil.example","Click")',
    '+15550100',
    '-2+3',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '\u00a0=1',
    '＝1',
    '＋1',
    '－1',
    '＠1',
    '|calc',
    '%0A=1',
  ])('keeps %j from being a formula', (text) => {
    expect(csvText(text).replace(/^"/, '').startsWith("'")).toBe(true)
  })

  test.each([
    ['help;=1+1', "help;'=1+1"],
    ['help; \u00a0@SUM(1)', "help; \u00a0'@SUM(1)"],
    ['help\t-1', "help\t'-1"],
    ['help\n=1', '"help\n\'=1"'],
    ['help\r\n＝1', '"help\r\n\'＝1"'],
    ['=1;=2', "'=1;'=2"],
    ['a; b;c', 'a; b;c'],
  ])('keeps %j from a formula where a spreadsheet cuts it in two', (text, cell) => {
    expect(csvText(text)).toBe(cell)
  })
})

test('whatever is written reads back, but for apostrophes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
      const [line] = readCsv(csvLine(texts.map(csvText)))
      expect(line).toHaveLength(texts.length)
      for (const [i, text] of texts.entries()) {
        expect(line?.[i]?.replaceAll("'", '')).toBe(text.replaceAll("'", ''))
      }
    }),
  )
})

/** RFC 4180, letter by letter. */
function readCsv(text: string): string[][] {
  const lines: string[][] = []
  let [cell, cells, isQuoted] = ['', new Array<string>(), false]
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if (isQuoted && letter === '"' && text.charAt(i + 1) === '"') {
      cell += '"'
      i++
    } else if (letter === '"') isQuoted = !isQuoted
    else if (letter === ',' && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else if (letter === '\r' && text.charAt(i + 1) === '\n' && !isQuoted) {
      lines.push([...cells, cell])
      cells = []
      cell = ''
      i++
    } else cell += letter
  }
  return lines
}
