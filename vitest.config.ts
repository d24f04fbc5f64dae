import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { isLongRun } from './lib/testing/repetitions.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const shared = { alias: { '@': root.replace(/\/$/, '') } }
const ignored = ['**/node_modules/**', '.next/**', '.data/**', 'e2e/**']
const HOUR = 3_600_000
const database = 'lib/testing/provide-test-server.ts'

export default defineConfig({
  test: {
    // Two cores: more workers than that only make the timings of tests unsteady.
    maxWorkers: 2,
    restoreMocks: true,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // Pure functions leave nothing behind for the next file.
          isolate: false,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.http.test.ts'],
          // They share the machine with lint and types.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'db',
          // Each file has a database of its own; reading the product anew for each would cost more than its tests.
          isolate: false,
          include: ['**/*.db.test.ts'],
          exclude: ignored,
          globalSetup: database,
          testTimeout: isLongRun ? HOUR : 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'http',
          isolate: false,
          include: ['**/*.http.test.ts'],
          exclude: ignored,
          globalSetup: database,
          setupFiles: 'lib/testing/watch-answers.ts',
          testTimeout: isLongRun ? HOUR : 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
