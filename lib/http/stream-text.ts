import type { Logger } from 'pino'

/**
 * Pieces of text as the body of an answer, each made when the reader has taken the one before. A piece that fails ends the
 * connection without an end of the body: the reader sees that something is missing.
 */
export function streamText(pieces: AsyncIterable<string>, log: Logger): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = pieces[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const piece = await iterator.next()
          if (piece.done === true) controller.close()
          else controller.enqueue(encoder.encode(piece.value))
        } catch (error) {
          log.error({ err: error }, 'an answer ended before its end')
          controller.error(error)
        }
      },
      cancel: async () => {
        await iterator.return?.()
      },
    },
    { highWaterMark: 1 },
  )
}
