/** A page of things that are listed by falling id. */
export type Paged<Item> = Readonly<{
  items: readonly Item[]
  /** The id to read on before; null on the last page. */
  nextBefore: bigint | null
}>

/** Of what was read, one more than the page holds, the page. */
export function cutPage<Item extends Readonly<{ id: bigint }>>(
  read: readonly Item[],
  size: number,
): Paged<Item> {
  const items = read.slice(0, size)
  return { items, nextBefore: read.length > size ? (items.at(-1)?.id ?? null) : null }
}
