export type CsvProgress = Readonly<{
  /** Lines so far, the head not counted. */
  rows: number
  bytes: number
}>

const QUOTE = 0x22
const LINE_FEED = 0x0a

/** Pieces are handed over to the browser in lumps of this size: it may keep them outside the page's memory. */
const LUMP_BYTES = 4_000_000

/**
 * Reads a file of CSV to its end, telling how far it is after each piece.
 * @throws whatever the stream throws, also where it breaks off before its end
 */
export async function readCsv(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onProgress: (progress: CsvProgress) => void,
): Promise<Readonly<{ file: Blob }> & CsvProgress> {
  const count = countRows()
  const lumps: Blob[] = []
  let pieces: Uint8Array<ArrayBuffer>[] = []
  let pending = 0
  let progress: CsvProgress = { rows: 0, bytes: 0 }
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    pieces.push(value)
    pending += value.length
    if (pending >= LUMP_BYTES) {
      lumps.push(new Blob(pieces))
      pieces = []
      pending = 0
    }
    progress = { rows: count(value), bytes: progress.bytes + value.length }
    onProgress(progress)
  }
  return { ...progress, file: new Blob([...lumps, ...pieces], { type: 'text/csv;charset=utf-8' }) }
}

/** Counts the ends of lines, but not those inside of quotes, and not that of the head. */
function countRows(): (piece: Uint8Array) => number {
  let lines = 0
  let quoted = false
  return (piece) => {
    for (const byte of piece) {
      if (byte === QUOTE) quoted = !quoted
      else if (byte === LINE_FEED && !quoted) lines++
    }
    return Math.max(0, lines - 1)
  }
}
