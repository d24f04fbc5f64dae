import { randomUUID } from 'node:crypto'
import { STAFF_SCOPES, type Actor } from '@/lib/core/actor'
import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'

export type StaffActor = Extract<Actor, { kind: 'staff' }>

/** Someone of the operator's, who can do all that staff may and cannot sign in. */
export async function addStaff(db: Database): Promise<StaffActor> {
  const [row] = await db.sql<{ id: string }[]>`
    insert into "user" (email, name, is_staff) values (${`${randomUUID()}@staff.example`}, 'Staff', true) returning id`
  invariant(row !== undefined, 'the e-mail address is new')
  return { kind: 'staff', userId: row.id, scopes: STAFF_SCOPES }
}
