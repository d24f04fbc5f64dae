const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

/** A span of time in the largest unit that fills it, rounded down: `3 minutes`. */
export function secondsText(seconds: number): string {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit) ?? UNITS[3]
  const count = Math.floor(seconds / size)
  return `${String(count)} ${name}${count === 1 ? '' : 's'}`
}
