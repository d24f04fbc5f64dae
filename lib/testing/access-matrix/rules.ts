import { FORGED, KEYS, LOOKER, OUTSIDERS, SESSIONS, STRANGERS, TOKENS, type Caller } from './callers'

/**
 * What a caller meets at a door. `in`: what the door is for happens, for an outsider in their own account. `sign-in`: they are
 * sent there. A number is the status of the refusal; an action is refused in words of its own, whatever the number.
 */
export type Verdict = 'in' | 'sign-in' | 400 | 401 | 403 | 404 | 503

/** A rule by name, for any number of doors. */
export type Rule = Readonly<{
  verdict(caller: Caller): Verdict
  /** Whether those who are let in change something thereby. Nobody else ever does. */
  changes: boolean
  /** They are let in and change nothing all the same. */
  idleFor?: readonly Caller[]
  /** There is not always something left to change. */
  isOftenIdle?: true
  /** Shows things of Ada's also to who is not of her account: to staff, or to whoever was sent the address. */
  showsOthers?: true
}>

/** What is asked of the caller, written down once more instead of read from the product. Outsiders are left out. */
const MAY = {
  look: [...SESSIONS, ...KEYS, ...TOKENS].filter((caller) => caller !== 'a key that only reports usage'),
  export: [...SESSIONS, ...KEYS].filter(
    (caller) => caller !== LOOKER && caller !== 'a key that only reports usage',
  ),
  pay: [
    'a billing member',
    'the owner',
    'a key',
    'a sign-in token of the owner',
    'a personal token of the owner',
  ],
  report: ['the owner', 'a key', 'a key that only reports usage'],
  seeTokens: [
    'a viewer',
    'a billing member',
    'the owner',
    'a sign-in token of the owner',
    'a personal token of the owner',
    'a personal token of a viewer',
  ],
  /** What everyone does about themselves: by hand, or by what stands for their signing in. */
  self: ['a viewer', 'a billing member', 'the owner', 'a sign-in token of the owner'],
  manage: ['the owner'],
} as const satisfies Record<string, readonly Caller[]>
type Deed = keyof typeof MAY

function may(caller: Caller, deed: Deed): boolean {
  const who: readonly Caller[] = MAY[deed]
  return who.includes(caller) || OUTSIDERS.includes(caller)
}

type Credential = 'key' | 'session' | 'token'
const BEARERS: Readonly<Record<Credential, readonly Caller[]>> = {
  key: KEYS,
  session: SESSIONS,
  token: TOKENS,
}

type Door = Readonly<{
  takes: readonly Credential[]
  deed: Deed
  /** The path names something of Ada's. */
  named?: 'thing' | 'organisation'
  changes?: true
}>

/** A route that programs call by GET: a foreign page may send it too, since it is not shown the answer. */
const get = (door: Door): Rule => ({ verdict: (caller) => verdictOf(door, caller, 'in'), changes: false })
const send = (door: Door): Rule => ({
  verdict: (caller) => verdictOf(door, caller, 403),
  changes: door.changes ?? false,
})

function verdictOf({ takes, deed, named }: Door, caller: Caller, forged: 'in' | 403): Verdict {
  if (STRANGERS.includes(caller)) return 401
  const isOutsider = OUTSIDERS.includes(caller)
  // Comes before the kind of credential: whoever is no member is told of an organisation by nothing.
  if (isOutsider && named === 'organisation') return 404
  if (!takes.some((credential) => BEARERS[credential].includes(caller))) return 403
  if (FORGED.includes(caller)) return forged
  if (!may(caller, deed)) return 403
  return isOutsider && named === 'thing' ? 404 : 'in'
}

const programs = ['key', 'session'] as const
const people = ['token', 'session'] as const
const environments = ['key'] as const
const bearers = ['key', 'token'] as const

/** Dial's: keys and sessions. `…One`: the path names one of several. */
export const looks = get({ takes: programs, deed: 'look' })
export const looksAtOne = get({ takes: programs, deed: 'look', named: 'thing' })
/** All of it as a file: staff who look into the account take nothing away. */
export const exports = get({ takes: programs, deed: 'export' })
export const asks = send({ takes: programs, deed: 'look' })
export const pays = send({ takes: programs, deed: 'pay', changes: true })
export const changesOne = send({ takes: programs, deed: 'pay', named: 'thing', changes: true })
/** The same by another method, after which there is nothing left to change. */
export const changesOneAgain: Rule = { ...changesOne, isOftenIdle: true }
export const reportsUsage = send({ takes: programs, deed: 'report', changes: true })

/** Talkover's: an environment has keys, a person tokens and sessions. */
export const environmentLooks = get({ takes: environments, deed: 'look' })
export const environmentPays = send({ takes: environments, deed: 'pay', changes: true })
export const personLooks = get({ takes: people, deed: 'look' })
export const personPays = send({ takes: people, deed: 'pay', changes: true })
export const personSeesTokens = get({ takes: people, deed: 'seeTokens' })
export const personMakesToken = send({ takes: people, deed: 'self', changes: true })
/** One of Ada's tokens: to everyone but her, a member included, it does not exist. */
export const personRevokesOwn: Rule = {
  verdict: (caller) => {
    const found = verdictOf({ takes: people, deed: 'self', named: 'thing' }, caller, 403)
    return found === 'in' && !caller.endsWith('the owner') ? 404 : found
  },
  changes: true,
}

/** Dreadnode's, whose path names the organisation. */
export const organisationLooks = get({ takes: bearers, deed: 'look', named: 'organisation' })
export const organisationPays = send({ takes: bearers, deed: 'pay', named: 'organisation', changes: true })

/** Chuger's. */
export const bearerLooks = get({ takes: bearers, deed: 'look' })
export const bearerAsks = send({ takes: bearers, deed: 'look' })
export const bearerPays = send({ takes: bearers, deed: 'pay', changes: true })

/** The same for everyone. */
export const open: Rule = { verdict: () => 'in', changes: false }
/** The address holds a secret, and whoever has that is shown what it is about. */
export const openWithLink: Rule = { verdict: () => 'in', changes: false, showsOthers: true }
/** It tells staff whose look is over that it is, and sends everyone else on. */
export const openAfterLook: Rule = { verdict: () => 'in', changes: false, showsOthers: true }
export const nothingThere: Rule = { verdict: () => 404, changes: false }
/** Nobody's password is sent. */
export const knowsThePassword: Rule = { verdict: () => 401, changes: false }
/** It says that no worker runs, and none does here. */
export const unwell: Rule = { verdict: () => 503, changes: false }
/** Without a signature of Stripe's. */
export const signedByStripe: Rule = { verdict: () => 400, changes: true }

/** A page: who asks with a key or a token is nobody to it. Nothing is changed by looking. */
const page = (verdict: (caller: Caller) => Verdict): Rule => ({
  verdict: (caller) => (SESSIONS.includes(caller) ? verdict(caller) : 'sign-in'),
  changes: false,
})
export const memberPage = page(() => 'in')
export const memberPageOfOne = page((caller) => (OUTSIDERS.includes(caller) ? 404 : 'in'))
/** It books what Stripe says was paid, as Stripe's own event would, for whoever could have paid it. */
export const memberPageThatSettles: Rule = { ...memberPageOfOne, changes: true, idleFor: ['a viewer'] }
/** Of the operator's console: to customers there is no such page, nor while one looks into an account. */
export const staffPage: Rule = {
  ...page((caller) => (caller === 'staff' ? 'in' : 404)),
  showsOthers: true,
}

/** A server action: only people sign in, and only from our own pages. */
const act = (verdict: (caller: Caller) => Verdict, changes: boolean): Rule => ({
  verdict: (caller) => {
    if (FORGED.includes(caller)) return 403
    return SESSIONS.includes(caller) ? verdict(caller) : 'sign-in'
  },
  changes,
})
const deedOf = (deed: Deed, changes: boolean): Rule =>
  act((caller) => (may(caller, deed) ? 'in' : 403), changes)
/** What is sent names something of Ada's: outsiders change nothing of it. */
const deedOnOne = (deed: Deed): Rule =>
  act((caller) => (may(caller, deed) && !OUTSIDERS.includes(caller) ? 'in' : 403), true)

/** For who is nobody yet. A foreign page cannot even sign somebody in. */
export const anyoneActs: Rule = { verdict: (caller) => (FORGED.includes(caller) ? 403 : 'in'), changes: true }
export const memberReads = deedOf('look', false)
export const payerReads = deedOf('pay', false)
export const payerActs = deedOf('pay', true)
export const payerCatchesUp: Rule = { ...payerActs, isOftenIdle: true }
export const payerActsOnOne = deedOnOne('pay')
export const ownerActs = deedOf('manage', true)
export const ownerActsOnOne = deedOnOne('manage')
export const personActs = deedOf('self', true)
/** On a token of Ada's own, which is no other member's business either. */
export const onlyAdaActs = act((caller) => (caller === 'the owner' ? 'in' : 403), true)
/** With an invitation that was sent to them. */
export const onlyInvitedActs = act((caller) => (caller === 'the owner of another account' ? 'in' : 403), true)
/** Also when the look is over: the session is worth nothing else until then. For others nothing happens. */
export const onlyLookerActs: Rule = {
  verdict: (caller) => (caller === LOOKER || caller === 'staff whose look is over' ? 'in' : 403),
  changes: true,
}
/** In the operator's console: to others who are somebody, there is nothing of the kind. */
export const staffActs: Rule = {
  verdict: (caller) => {
    if (caller === 'staff') return 'in'
    return STRANGERS.includes(caller) ? 'sign-in' : 404
  },
  changes: true,
}
export const staffReads: Rule = { ...staffActs, changes: false, showsOthers: true }
/** There is seldom a warning to be dismissed. */
export const staffActsAtTimes: Rule = { ...staffActs, isOftenIdle: true }
/** A file of the console. */
export const staffExports: Rule = {
  verdict: (caller) => {
    if (caller === 'staff') return 'in'
    return STRANGERS.includes(caller) ? 401 : 404
  },
  changes: false,
  showsOthers: true,
}
