export type InboxFacts = Readonly<{
  /** Seconds of real time; null: there never was one. */
  lastEventAgeSeconds: number | null
  /** Since the longest waiting event was received. */
  longestWaitSeconds: number
  /** How long ago the oldest event was due that nobody has taken up. */
  lagSeconds: number
  /** Events that failed and are tried again. */
  failing: number
  quarantined: number
  dead: number
  /** Payments of late that no event told of. */
  unheard: number
}>

export type InboxLight = 'good' | 'caution' | 'bad'

/** An event waits as long as this only if nobody works on it, or what it needs is away. */
const WAIT_SECONDS_BAD = 300
/** The worker looks every second. */
const LAG_SECONDS_CAUTION = 30

/** How the inbox is: bad where money may not be credited, caution where somebody should look by and by. */
export function decideInboxLight(facts: InboxFacts): InboxLight {
  if (facts.dead > 0 || facts.longestWaitSeconds > WAIT_SECONDS_BAD || facts.lagSeconds > WAIT_SECONDS_BAD)
    return 'bad'
  const isUneasy =
    facts.quarantined > 0 || facts.failing > 0 || facts.unheard > 0 || facts.lagSeconds > LAG_SECONDS_CAUTION
  return isUneasy ? 'caution' : 'good'
}
