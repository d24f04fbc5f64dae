/** Why something could not be started, as one sentence a person can act on. Shown without a stack trace. */
export class LaunchError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'LaunchError'
  }
}

/** The system's code of a failed call (`EACCES`, `ENOENT`, …), or null for anything else. */
export function systemErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
