import { beforeAll, expect, test } from 'vitest'
import { freePort } from '@/lib/dev/free-port'
import { ensureBuild } from '@/lib/dev/programs/ensure-build'
import { startProgram } from '@/lib/dev/processes/start-program'
import { productEnv } from '@/lib/testing/product-env'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()

beforeAll(() => ensureBuild())

test.each([
  ['blank', '  '],
  ['empty', ''],
  ['only a comma', ','],
  ['a prefix without a secret', 'whsec_'],
])('the app refuses to start with a webhook secret that is %s, in one sentence', async (_what, secret) => {
  const port = String(await freePort())
  const app = startProgram({
    name: 'The app',
    parameters: ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', port],
    environment: productEnv(suite, { STRIPE_WEBHOOK_SECRETS: secret }),
  })
  try {
    expect(await app.ended).toBe(1)
    expect(app.output()).toMatch(/^Talktime cannot start: STRIPE_WEBHOOK_SECRETS .*\. See \.env\.example\.$/m)
  } finally {
    await app.stop()
  }
})
