import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { chromium } from '@playwright/test'

export type Browser = Readonly<{
  /** Undefined where Playwright's own browser is there: it knows best how to start it. */
  executablePath: string | undefined
  /** Libraries it was shipped with, for a machine that has none. */
  libraryPath: string | undefined
}>

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * A Chromium that starts on this machine: the one named by CHROMIUM_PATH, else Playwright's, else the system's, else
 * one that Playwright fetches now, else the one that came with npm. @throws Error if none of them starts.
 */
export async function resolveBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') {
    return { executablePath: named, libraryPath: process.env['CHROMIUM_LIBRARIES'] }
  }
  if (starts(chromium.executablePath())) return { executablePath: undefined, libraryPath: undefined }
  const installed = SYSTEM_BROWSERS.find((file) => starts(file))
  if (installed !== undefined) return { executablePath: installed, libraryPath: undefined }
  if (fetchFromPlaywright()) return { executablePath: undefined, libraryPath: undefined }
  const shipped = await unpackFromNpm()
  if (shipped !== null) return shipped
  throw new Error(
    'No Chromium starts on this machine: install one, or name one by CHROMIUM_PATH (npx playwright install --with-deps chromium).',
  )
}

/** A browser without its libraries is there but does not start. */
function starts(file: string, libraryPath?: string): boolean {
  if (!existsSync(file)) return false
  const libraries = libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }
  const answer = spawnSync(file, ['--version', '--no-sandbox'], {
    env: { ...process.env, ...libraries },
    stdio: 'ignore',
    timeout: 20_000,
  })
  return answer.status === 0
}

function fetchFromPlaywright(): boolean {
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli')
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore', timeout: 180_000 })
  return starts(chromium.executablePath())
}

async function unpackFromNpm(): Promise<Browser | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const { default: packaged } = await import('@sparticuz/chromium')
  const executablePath = await packaged.executablePath()
  if (starts(executablePath)) return { executablePath, libraryPath: undefined }
  const libraryPath = unpackLibraries()
  return starts(executablePath, libraryPath) ? { executablePath, libraryPath } : null
}

/** The package carries NSS and Expat beside the browser, for machines that lack them. */
function unpackLibraries(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const archive = path.join(entry, '../../../bin/al2023.tar.br')
  const folder = mkdtempSync(path.join(tmpdir(), 'talktime-browser-'))
  spawnSync('tar', ['-x', '-C', folder], { input: brotliDecompressSync(readFileSync(archive)) })
  return path.join(folder, 'lib')
}
