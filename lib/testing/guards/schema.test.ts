import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

it('the migrations make the very tables that lib/db/schema describes', () => {
  mkdirSync(path.join(ROOT, '.data'), { recursive: true })
  const copy = mkdtempSync(path.join(ROOT, '.data', 'schema-'))
  try {
    cpSync(path.join(ROOT, 'drizzle'), copy, { recursive: true })
    const before = readdirSync(copy).sort()
    const cli = path.join(ROOT, 'node_modules/drizzle-kit/bin.cjs')
    const out = path.relative(ROOT, copy)
    const flags = [
      '--dialect=postgresql',
      '--schema=lib/db/schema/index.ts',
      `--out=${out}`,
      '--casing=snake_case',
    ]
    const run = spawnSync(process.execPath, [cli, 'generate', ...flags], { cwd: ROOT, encoding: 'utf8' })
    // drizzle-kit ends with 0 whatever happens to it: only its own words tell that it looked.
    expect(run.stdout).toContain('No schema changes, nothing to migrate')
    expect(readdirSync(copy).sort()).toEqual(before)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}, 60_000)
