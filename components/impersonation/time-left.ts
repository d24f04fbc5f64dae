/** `29:05` */
export function timeLeft(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`
}

/** What a screen reader says of it by itself: nothing until the end is near, and then twice. */
export function nearness(seconds: number): string {
  if (seconds <= 60) return 'One minute left'
  return seconds <= 300 ? 'Five minutes left' : ''
}
