import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Random } from './seeded-random'

export type Answer = Readonly<{ status: number; body: unknown }>

/** What callers met, all together. */
export type Experience = {
  /** Requests that got an answer, whichever. */
  answers: number
  /** Requests whose connection broke, or that no process took. */
  cutOff: number
  /** The longest that anybody waited for an answer. */
  slowest: Readonly<{ ms: number; path: string; status: number }>
  /** Answers that nobody should get. */
  oddities: string[]
}

export type Caller = Readonly<{
  appUrls: readonly string[]
  random: Random
  experience: Experience
  /** Whether nothing is killed any more: from then on everything has to come to an end. */
  isCalm(): boolean
}>

export type Request = Readonly<{
  path: string
  credential: string
  body: object
  idempotencyKey?: string
}>

/** Answers after which a program asks again: later, or elsewhere. */
const ASK_AGAIN: ReadonlySet<number> = new Set([409, 429, 503])
const PATIENCE_MS = 120_000
const ANSWER_MS_MAX = 30_000
/** Some callers never ask again once they were cut off: nobody knows what came of it, the product included. */
const GIVES_UP = 0.15

const failure = z.looseObject({})

/**
 * Asks as a careful program does: the same request again until it has an end. Null where the caller gave up on the way.
 */
export async function askProduct(caller: Caller, request: Request): Promise<Answer | null> {
  const { random, experience } = caller
  const givesUp = random.chance(GIVES_UP)
  let deadline = Infinity
  let last: Answer | null = null
  while (Date.now() < deadline) {
    if (deadline === Infinity && caller.isCalm()) deadline = Date.now() + PATIENCE_MS
    const answer = await askOnce(caller, request)
    if (answer === null && givesUp) return null
    last = answer ?? last
    if (answer !== null && answer.status === 500) note(experience, request, answer)
    if (answer !== null && answer.status !== 500 && !ASK_AGAIN.has(answer.status)) return answer
    await setTimeout(random.between(100, 900))
  }
  experience.oddities.push(`POST ${request.path} came to no end: ${JSON.stringify(last)}`)
  return null
}

async function askOnce({ appUrls, random, experience }: Caller, request: Request): Promise<Answer | null> {
  const { path, credential, body, idempotencyKey } = request
  const startedAt = Date.now()
  try {
    const response = await fetch(new URL(path, random.pick(appUrls)), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential}`,
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    const answer = { status: response.status, body: failure.parse(await response.json()) }
    experience.answers += 1
    const ms = Date.now() - startedAt
    if (ms > experience.slowest.ms) experience.slowest = { ms, path, status: answer.status }
    return answer
  } catch (error) {
    if (error instanceof DOMException) experience.oddities.push(`POST ${path} was never answered`)
    experience.cutOff += 1
    return null
  }
}

function note({ oddities }: Experience, { path }: Request, { status, body }: Answer): void {
  oddities.push(`POST ${path} answers ${String(status)}: ${JSON.stringify(body)}`)
}
