import { expect, test } from 'vitest'
import { readCsv, type CsvProgress } from './read-csv'

const HEAD = '\u{feff}when,what\r\n'
const ROWS = ['1,plain\r\n', '2,"two\r\nlines"\r\n', '3,"a ""quoted"" word\n"\r\n']

function streamOf(text: string, pieceBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + pieceBytes))
      at += pieceBytes
    },
  })
}

test.each([1, 3, 1_000])('rows are counted and nothing is lost in pieces of %i bytes', async (pieceBytes) => {
  const text = HEAD + ROWS.join('')
  const told: CsvProgress[] = []
  const { file, rows, bytes } = await readCsv(streamOf(text, pieceBytes), (progress) => told.push(progress))
  expect(rows).toBe(3)
  expect(bytes).toBe(new TextEncoder().encode(text).length)
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await file.arrayBuffer())).toBe(text)
  expect(told.at(-1)).toEqual({ rows, bytes })
})

test('a head alone has no rows', async () => {
  expect(await readCsv(streamOf(HEAD, 5), () => {})).toMatchObject({ rows: 0 })
})

test('what breaks off is no file', async () => {
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(HEAD))
    },
    pull(controller) {
      controller.error(new Error('gone'))
    },
  })
  await expect(readCsv(broken, () => {})).rejects.toThrow('gone')
})
