import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A file, what it imports, and the rule that must say no; null where the import is allowed. */
const IMPORTS: readonly [from: string, to: string, rule: string | null][] = [
  ['lib/kit/money.ts', 'lib/core/wallets/a.ts', 'kit-stands-alone'],
  ['lib/kit/clock.ts', 'lib/db/client.ts', 'layer-8-imports-down-only'],
  ['lib/db/schema.ts', 'lib/core/wallets/a.ts', 'layer-7-imports-down-only'],
  ['lib/core/usage/b.ts', 'lib/stripe/gateway.ts', 'layer-6-imports-down-only'],
  ['lib/core/usage/c.ts', 'lib/env.ts', 'environment-enters-above-core'],
  ['lib/core/usage/e.ts', 'node_modules/next/index.js', 'core-knows-no-framework'],
  ['lib/stripe/f.ts', 'lib/server/container.ts', 'layer-5-imports-down-only'],
  ['lib/stripe/g.ts', 'lib/auth/session.ts', 'auth-and-stripe-stand-apart'],
  ['lib/server/h.ts', 'lib/http/route.ts', 'layer-4-imports-down-only'],
  ['lib/http/i.ts', 'lib/dialects/dial/routes.ts', 'layer-3-imports-down-only'],
  ['lib/jobs/j.ts', 'app/page.ts', 'layer-2-imports-down-only'],
  ['lib/dialects/chuger/k.ts', 'lib/dialects/dial/routes.ts', 'dialects-stand-apart'],
  ['components/l.ts', 'lib/db/client.ts', 'components-show-what-they-are-given'],
  ['lib/webhooks/m.ts', 'node_modules/stripe/index.js', 'only-the-adapter-speaks-to-stripe'],
  ['lib/sandbox/n.ts', 'lib/kit/ids.ts', 'sandbox-imports-nothing-of-ours'],
  ['lib/dev/o.ts', 'lib/sandbox/main.ts', 'nothing-imports-the-sandbox'],
  ['lib/core/usage/p.ts', 'lib/testing/builders.ts', 'product-imports-no-tooling'],
  ['lib/core/usage/q.ts', 'lib/core/usage/gone.ts', 'no-unresolved-imports'],
  ['lib/core/usage/r.ts', 'lib/db/client.ts', null],
  ['app/s.ts', 'lib/core/wallets/a.ts', null],
  ['lib/stripe/t.ts', 'node_modules/stripe/index.js', null],
]

const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
})

describe('the layer rules', () => {
  const project = mkdtempSync(path.join(tmpdir(), 'talktime-layers-'))
  let broken: { from: string; rule: string }[] = []

  beforeAll(() => {
    const config = JSON.stringify({
      compilerOptions: { paths: { '@/*': ['./*'] }, moduleResolution: 'bundler' },
    })
    writeFileSync(path.join(project, 'tsconfig.json'), config)
    for (const [, to] of IMPORTS) if (!to.includes('gone')) write(to, 'export const x = 1\n')
    for (const [from, to] of IMPORTS) write(from, `${specifier(to)}\nexport const y = x\n`)
    const cli = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
    const config_ = path.join(ROOT, '.dependency-cruiser.cjs')
    const run = spawnSync(
      process.execPath,
      [cli, '--config', config_, '--output-type', 'json', 'app', 'components', 'lib'],
      { cwd: project, encoding: 'utf8' },
    )
    const { violations } = report.parse(JSON.parse(run.stdout)).summary
    broken = violations.map((violation) => ({ from: violation.from, rule: violation.rule.name }))
  })
  afterAll(() => rmSync(project, { recursive: true, force: true }))

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true })
    writeFileSync(path.join(project, file), text)
  }

  function specifier(to: string): string {
    const name = to.replace(/^node_modules\/(\w+)\/.*$/, '$1').replace(/\.ts$/, '')
    return `import { x } from '${to.startsWith('node_modules') ? name : `@/${name}`}'`
  }

  it.each(IMPORTS)('%s may not import %s, unless allowed (%s)', (from, _to, rule) => {
    const rules = broken.filter((violation) => violation.from === from).map((violation) => violation.rule)
    if (rule === null) expect(rules).toEqual([])
    else expect(rules).toContain(rule)
  })
})
