/** Does the work for every item, in their order, at most `places` at a time; ends when all have. */
export async function runBeside<T>(
  items: readonly T[],
  places: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  const place = async (): Promise<void> => {
    // One iterator for all places: each takes the next item that nobody has.
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: places }, place))
}
