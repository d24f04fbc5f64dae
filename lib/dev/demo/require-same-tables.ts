import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { LaunchError } from '../launch-error'
import { PROJECT } from '../processes/start-program'
import type { KeptSecrets } from './kept-secrets'

/** What to do about data that this version cannot read. */
export const BEGIN_ANEW =
  'The data here were made by another version of Talktime: start with --reset to begin anew (they are lost then).'

/** The local Stripe has no migrations, it makes its tables: data in other tables are refused. @throws LaunchError */
export function requireSameTables(kept: KeptSecrets): void {
  const tables = createHash('sha256')
    .update(readFileSync(path.join(PROJECT, 'lib/sandbox/store/tables.sql')))
    .digest('hex')
  const { STRIPE_TABLES, DEMO_API_KEY } = kept.values
  if (DEMO_API_KEY !== undefined && STRIPE_TABLES !== tables) throw new LaunchError(BEGIN_ANEW)
  if (STRIPE_TABLES !== tables) kept.keep({ STRIPE_TABLES: tables })
}
