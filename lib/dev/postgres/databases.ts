import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import { SUPERUSER, type Cluster } from './cluster'

/** The roles of lib/db/roles.sql, made by that very file. */
export const OWNER_ROLE = 'talktime_owner'
export const APP_ROLE = 'talktime_app'
export const READONLY_ROLE = 'talktime_readonly'

const ROLES = [OWNER_ROLE, APP_ROLE, READONLY_ROLE]

/** Makes the product's roles by the file an operator would run, and gives them the cluster's password. */
export async function ensureRoles(cluster: Cluster): Promise<void> {
  await asSuperuser(cluster, async (sql) => {
    await sql.unsafe(readFileSync(new URL('../../db/roles.sql', import.meta.url), 'utf8'))
    for (const role of ROLES) {
      await sql.unsafe(`ALTER ROLE ${role} PASSWORD '${cluster.password}'`)
    }
  })
}

/** Makes an empty database that the product's owner role owns; true if it was not there before. */
export function ensureDatabase(cluster: Cluster, name: string): Promise<boolean> {
  return asSuperuser(cluster, async (sql) => {
    const existing = await sql`select from pg_database where datname = ${name}`
    if (existing.length > 0) return false
    await sql`create database ${sql(name)} owner ${sql(OWNER_ROLE)}`
    return true
  })
}

/** Does something as the superuser, over one connection that is closed afterwards. */
export async function asSuperuser<T>(cluster: Cluster, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(cluster.url(SUPERUSER, 'postgres'), { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
