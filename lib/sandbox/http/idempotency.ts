import { createHash } from 'node:crypto'
import type { Program } from '../program'
import { ApiError, invalidParameter } from './api-error'

const DAY = 86_400

export type Reuse =
  | Readonly<{ kind: 'new'; fingerprint: string }>
  | Readonly<{ kind: 'replay'; status: number; body: string; requestId: string }>

/** Keys whose first request is still running. This program is the only one on its database, so memory suffices. */
export class KeysInFlight {
  readonly #keys = new Set<string>()

  /** @returns a function that frees the key. @throws ApiError 409 while the key is in use. */
  take(key: string): () => void {
    if (this.#keys.has(key)) {
      throw new ApiError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message:
          'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
      })
    }
    this.#keys.add(key)
    return () => void this.#keys.delete(key)
  }
}

export function checkKey(key: string): void {
  if (key.length > 255) {
    throw invalidParameter('Idempotency keys must be at most 255 characters.', 'idempotency_key')
  }
}

/** What is known of a key, over 24 emulated hours. @throws ApiError 400 where it was used for something else. */
export async function lookUpKey(
  program: Program,
  key: string,
  request: Readonly<{ method: string; path: string; body: string }>,
): Promise<Reuse> {
  const fingerprint = createHash('sha256')
    .update(`${request.method} ${request.path}\n${request.body}`)
    .digest('hex')
  const [kept] = await program.sql<
    { fingerprint: string; request_id: string; status: number; body: string; created: string }[]
  >`select fingerprint, request_id, status, body, created from sandbox.answers where key = ${key}`
  if (kept === undefined || Number(kept.created) <= program.clock.nowSeconds() - DAY) {
    return { kind: 'new', fingerprint }
  }
  if (kept.fingerprint !== fingerprint) {
    throw new ApiError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    })
  }
  return { kind: 'replay', status: kept.status, body: kept.body, requestId: kept.request_id }
}
