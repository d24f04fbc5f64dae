import { afterAll, beforeAll } from 'vitest'
import { freePort } from '@/lib/dev/free-port'
import type { RunningProgram } from '@/lib/dev/processes/start-program'
import { ensureBuild } from '@/lib/dev/programs/ensure-build'
import { startApp } from '@/lib/dev/programs/start-app'
import { invariant } from '@/lib/kit/assert'
import { productEnv } from './product-env'
import type { SuiteDatabase } from './use-test-database'

export type TestApp = Readonly<{
  /** Its origin, which is also its APP_URL unless that is overridden. */
  url: string
  program: RunningProgram
}>

/**
 * The built app as a process of its own over the suite's database, for black-box tests. Call after `useTestDatabase`.
 * `environment` is asked when the app is started, when the suite's other servers have their addresses.
 */
export function useApp(
  database: SuiteDatabase,
  environment: () => Readonly<Record<string, string>> = () => ({}),
): () => TestApp {
  let app: TestApp | undefined
  beforeAll(async () => {
    await ensureBuild()
    const port = await freePort()
    const url = `http://127.0.0.1:${String(port)}`
    const program = await startApp({
      port,
      mode: 'start',
      environment: productEnv(database, { APP_URL: url, LOG_LEVEL: 'debug', ...environment() }),
    })
    app = { url, program }
  })
  afterAll(async () => {
    await app?.program.stop()
  })
  return () => {
    invariant(app !== undefined, 'the app is used inside hooks and tests only')
    return app
  }
}
