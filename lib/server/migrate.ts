import { migrateDatabase } from '@/lib/db/migrate'
import { migrationEnv } from '@/lib/env'

/** `npm run db:migrate`: brings the operator's database up to date, as the role that owns it. */
try {
  await migrateDatabase(migrationEnv().MIGRATION_DATABASE_URL)
  process.stdout.write('The database is up to date.\n')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
