/** Set by `npm run test:long`. The one place where tests learn how much is asked of them. */
export const isLongRun = process.env['TEST_LONG'] === '1'

/** How often a random or destructive test repeats itself: once-ish in `npm test`, often in `npm run test:long`. */
export function repetitions(counts: Readonly<{ usual: number; long: number }>): number {
  return isLongRun ? counts.long : counts.usual
}
