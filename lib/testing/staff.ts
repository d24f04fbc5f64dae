import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { STAFF_SCOPES, type Actor } from '@/lib/core/actor'
import type { Database } from '@/lib/db/client'
import { OWNER_ROLE } from '@/lib/dev/postgres/databases'
import { invariant } from '@/lib/kit/assert'
import { urlOf } from './test-database'

export type StaffActor = Extract<Actor, { kind: 'staff' }>

/** Someone of the operator's, who can do all that staff may and cannot sign in. */
export async function addStaff(db: Database): Promise<StaffActor> {
  const [row] = await db.sql<{ id: string }[]>`
    insert into "user" (email, name) values (${`${randomUUID()}@staff.example`}, 'Staff') returning id`
  invariant(row !== undefined, 'the e-mail address is new')
  await setStaff(db, row.id, true)
  return { kind: 'staff', userId: row.id, scopes: STAFF_SCOPES }
}

/** Appoints or dismisses someone, as the owner of the tables: the application's own role may not. */
export async function setStaff(db: Database, userId: string, isStaff: boolean): Promise<void> {
  const [row] = await db.sql<{ name: string }[]>`select current_database() as name`
  const owner = postgres(urlOf(inject('testServer'), OWNER_ROLE, row?.name ?? ''), {
    max: 1,
    onnotice: () => {},
  })
  try {
    await owner`update "user" set is_staff = ${isStaff} where id = ${userId}`
  } finally {
    await owner.end()
  }
}
