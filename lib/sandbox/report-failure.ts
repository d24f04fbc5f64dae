/** Tells the terminal what this program itself got wrong. Never given parameters or keys. */
export function reportFailure(what: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`local Stripe: ${what}: ${detail}\n`)
}
