import { rmSync } from 'node:fs'
import path from 'node:path'
import { migrateDatabase } from '@/lib/db/migrate'
import { ensureCluster, type Cluster } from '../postgres/cluster'
import {
  APP_ROLE,
  asSuperuser,
  ensureDatabase,
  ensureRoles,
  OWNER_ROLE,
  READONLY_ROLE,
} from '../postgres/databases'

const PRODUCT = 'talktime'
const LOCAL_STRIPE = 'local_stripe'

export type Data = Readonly<{
  cluster: Cluster
  appUrl: string
  readonlyUrl: string
  ownerUrl: string
  stripeUrl: string
}>

/** A running PostgreSQL with the product's roles and the two databases, migrated: the product's and the local Stripe's. */
export async function prepareData(folder: string, isWhole: boolean): Promise<Data> {
  const cluster = await ensureCluster(path.join(folder, 'pg'))
  await ensureRoles(cluster)
  if (!isWhole) await dropDatabases(cluster)
  await ensureDatabase(cluster, PRODUCT)
  await ensureDatabase(cluster, LOCAL_STRIPE)
  const ownerUrl = cluster.url(OWNER_ROLE, PRODUCT)
  await migrateDatabase(ownerUrl)
  return {
    cluster,
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

/** Forgets everything an earlier run kept, with its server stopped first. */
export async function discardData(folder: string): Promise<void> {
  const pg = path.join(folder, 'pg')
  const running = await ensureCluster(pg).catch(() => null)
  await running?.stop()
  rmSync(pg, { recursive: true, force: true })
  rmSync(path.join(folder, 'demo.env'), { force: true })
}
