/**
 * Whether the text is a moment in UTC with six digits of its second (`2026-08-12T09:30:00.123456Z`), as the cursors of our lists
 * name it. A day that no calendar has is none, though JavaScript takes it for one: PostgreSQL refuses it, and year 0.
 */
export function isExactInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) || text.startsWith('0000')) return false
  const milliseconds = `${text.slice(0, 23)}Z`
  const at = new Date(milliseconds)
  return !Number.isNaN(at.getTime()) && at.toISOString() === milliseconds
}
