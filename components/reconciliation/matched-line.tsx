import { LocalTime } from '@/components/time/local-time'

type Props = Readonly<{
  /** ISO 8601; null: nothing was compared yet. */
  until: string | null
  differences: number
  /** Whose differences they are. */
  whose: 'yours' | 'all'
}>

/** How far the books are compared with Stripe, and whether they agree. */
export function MatchedLine({ until, differences, whose }: Props) {
  if (until === null) return <>Not compared with Stripe yet</>
  return (
    <>
      Matched with Stripe up to <LocalTime at={until} />, {differenceWords(differences, whose)}
    </>
  )
}

function differenceWords(count: number, whose: Props['whose']): string {
  const words = `${String(count)} ${count === 1 ? 'difference' : 'differences'}`
  return count > 0 && whose === 'yours' ? `${words}: we are looking into it` : words
}
