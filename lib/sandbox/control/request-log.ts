export type LoggedRequest = Readonly<{
  requestId: string
  method: string
  path: string
  idempotencyKey: string | null
  /** Real time, ISO 8601. */
  at: string
  status: number
  replayed: boolean
  fault: string | null
}>

const KEPT = 5000

/** The last requests to the API, for tests that prove what was sent. Holds no parameters and no keys of accounts. */
export class RequestLog {
  #entries: LoggedRequest[] = []

  add(entry: LoggedRequest): void {
    this.#entries.push(entry)
    if (this.#entries.length > 2 * KEPT) this.#entries = this.#entries.slice(-KEPT)
  }

  recent(): readonly LoggedRequest[] {
    return this.#entries.slice(-KEPT)
  }

  clear(): void {
    this.#entries = []
  }
}
