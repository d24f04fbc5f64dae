import { createHash } from 'node:crypto'

/** A moment in UTC with six digits, as the database writes it: a thing's place in the activity of its account. */
export type ActivityMoment = string

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const CHECK_LENGTH = 8

/**
 * The place of the last item received, as a text for the caller to send back and not to read. It gives no right to
 * anything, so it carries a checksum and no signature: what was damaged, made up or handed out to another account is
 * noticed.
 */
export function writeActivityCursor(accountId: bigint, moment: ActivityMoment): string {
  return Buffer.from(`${moment}.${checkOf(accountId, moment)}`).toString('base64url')
}

/** Null for what `writeActivityCursor` never wrote for this account. */
export function readActivityCursor(accountId: bigint, cursor: string): ActivityMoment | null {
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const moment = text.slice(0, -CHECK_LENGTH - 1)
  return MOMENT.test(moment) && writeActivityCursor(accountId, moment) === cursor ? moment : null
}

function checkOf(accountId: bigint, moment: ActivityMoment): string {
  return createHash('sha256')
    .update(`activity ${accountId} ${moment}`)
    .digest('base64url')
    .slice(0, CHECK_LENGTH)
}
