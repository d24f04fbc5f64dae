import { defineConfig, devices } from '@playwright/test'
import { resolveBrowser } from './lib/testing/browser/resolve-browser'

// The workers read this file again: they are told what was found.
const browser = await resolveBrowser()
if (browser.executablePath !== undefined) process.env['CHROMIUM_PATH'] = browser.executablePath
if (browser.libraryPath !== undefined) process.env['CHROMIUM_LIBRARIES'] = browser.libraryPath

const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: '.data/results/browser',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '.data/results/browser.json' }]],
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(browser.executablePath !== undefined && { executablePath: browser.executablePath }),
      args: isRoot ? ['--no-sandbox'] : [],
      ...(browser.libraryPath !== undefined && {
        env: { ...stringsOf(process.env), LD_LIBRARY_PATH: browser.libraryPath },
      }),
    },
  },
  projects: [{ name: 'desktop', use: { ...devices['Desktop Chrome'] } }],
})

function stringsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
