import { parseEnv } from '@/lib/env'
import { openContainer, type Container } from '@/lib/server/container'
import type { Stack } from './start-stack'

/**
 * The product's composition root in this process, over a running stack but not through its wires: for preparing what
 * the processes then meet, and for reading what they did.
 */
export function openStackContainer({ environment, database, stripeUrl }: Stack): Container {
  return openContainer(
    parseEnv({
      ...environment,
      DATABASE_URL: database.appUrl,
      STRIPE_API_BASE: stripeUrl,
      STRIPE_CALLS_PER_SECOND: '10000',
      LOG_LEVEL: 'silent',
    }),
    'worker',
  )
}
