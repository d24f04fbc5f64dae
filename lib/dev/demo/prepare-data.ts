import { rmSync } from 'node:fs'
import path from 'node:path'
import { ForeignMigrations, migrateDatabase } from '@/lib/db/migrate'
import { LaunchError } from '../launch-error'
import { ensureCluster, type Cluster } from '../postgres/cluster'
import {
  APP_ROLE,
  asSuperuser,
  ensureDatabase,
  ensureRoles,
  OWNER_ROLE,
  READONLY_ROLE,
} from '../postgres/databases'
import { BEGIN_ANEW } from './require-same-tables'

const PRODUCT = 'talktime'
const LOCAL_STRIPE = 'local_stripe'

export type Data = Readonly<{
  appUrl: string
  readonlyUrl: string
  ownerUrl: string
  stripeUrl: string
}>

/** Where the demo's own PostgreSQL lies: running, made if missing. */
export function startServer(folder: string): Promise<Cluster> {
  return ensureCluster(path.join(folder, 'pg'))
}

/**
 * The product's roles and the two databases, the product's own migrated, the other for the local Stripe.
 * @throws LaunchError where the data are those of another version
 */
export async function prepareData(cluster: Cluster, isWhole: boolean): Promise<Data> {
  await ensureRoles(cluster)
  if (!isWhole) await dropDatabases(cluster)
  await ensureDatabase(cluster, PRODUCT)
  await ensureDatabase(cluster, LOCAL_STRIPE)
  const ownerUrl = cluster.url(OWNER_ROLE, PRODUCT)
  await migrateDatabase(ownerUrl).catch((error: unknown) => {
    throw error instanceof ForeignMigrations ? new LaunchError(BEGIN_ANEW, error) : error
  })
  return {
    ownerUrl,
    appUrl: cluster.url(APP_ROLE, PRODUCT),
    readonlyUrl: cluster.url(READONLY_ROLE, PRODUCT),
    stripeUrl: cluster.url(OWNER_ROLE, LOCAL_STRIPE),
  }
}

/** Data that were never finished are begun anew: half a history would look like a fault of the product. */
async function dropDatabases(cluster: Cluster): Promise<void> {
  await asSuperuser(cluster, async (sql) => {
    for (const name of [PRODUCT, LOCAL_STRIPE]) await sql`drop database if exists ${sql(name)} with (force)`
  })
}

/** The mails that arrived in the demo's mailbox. */
export const MAILS = 'mails.jsonl'

/** Forgets everything an earlier run kept, with its server stopped first. */
export async function discardData(folder: string): Promise<void> {
  const running = await startServer(folder).catch(() => null)
  await running?.stop()
  rmSync(path.join(folder, 'pg'), { recursive: true, force: true })
  rmSync(path.join(folder, 'demo.env'), { force: true })
  rmSync(path.join(folder, MAILS), { force: true })
}
