import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Without the rules that ask for types: none of those below does, and the types of the whole project take ten seconds. */
const eslint = new ESLint({ cwd: ROOT, overrideConfig: [tseslint.configs.disableTypeChecked] })

const long = (lines: number) =>
  Array.from({ length: lines }, (_, i) => `export const x${i} = ${i}`).join('\n')
const deep = `export function f(): number {\n${Array.from({ length: 60 }, (_, i) => `  void ${i}`).join('\n')}\n  return 1\n}`

/** A file of the project in whose place the text is read, the text, and the words of the refusal or the rule's name. */
const FORBIDDEN: readonly [file: string, text: string, refusal: string][] = [
  ['lib/kit/money.ts', 'export const x: any = 1', 'no-explicit-any'],
  ['lib/kit/money.ts', 'export const x = (list: number[]) => list[0]!', 'no-non-null-assertion'],
  ['lib/kit/money.ts', 'export const x = (y: unknown) => y as string', 'Parse the value'],
  ['lib/kit/money.ts', 'export const x = process.env.HOME', 'Only lib/env.ts'],
  ['lib/kit/money.ts', long(260), 'max-lines'],
  ['lib/kit/money.ts', deep, 'max-lines-per-function'],
  ['lib/core/actor.ts', 'export const x = (sql: { begin(): void }) => sql.begin()', 'A movement of money'],
  [
    'lib/core/actor.ts',
    'export const x = (db: { transaction(): void }) => db.transaction()',
    'A movement of money',
  ],
  [
    'lib/core/actor.ts',
    'export const x = (sql: { unsafe(t: string): void }) => sql.unsafe("")',
    'tagged template',
  ],
  ['lib/core/actor.ts', 'export const x = (sql: { raw(t: string): void }) => sql.raw("")', 'tagged template'],
  [
    'lib/core/actor.ts',
    'export const x = (db: { sql: (t: TemplateStringsArray) => string }) => db.sql`select 1`',
    'through callDatabase',
  ],
  [
    'lib/http/route.ts',
    'export const x = (ctx: { db: { sql: string } }) => ctx.db.sql',
    'through callDatabase',
  ],
  ['app/layout.tsx', 'export const x = (db: { sql: string }) => db.sql', 'through callDatabase'],
  ['app/layout.tsx', 'export const x = () => fetch("/api/v1/billing")', 'nobody fetches our own API'],
  ['app/layout.tsx', 'export const x = (id: string) => fetch(`/api/v1/${id}`)', 'nobody fetches our own API'],
]

it.each(FORBIDDEN)(
  'in %s, lint refuses %s',
  async (file, text, refusal) => {
    const [result] = await eslint.lintText(text, { filePath: path.join(ROOT, file) })
    const said = result?.messages.map((message) => `${message.ruleId ?? ''}: ${message.message}`).join('\n')
    expect(said).toContain(refusal)
  },
  120_000,
)

it('lint lets a constant assertion pass', async () => {
  const text = 'export const x = ["a"] as const'
  const [result] = await eslint.lintText(text, { filePath: path.join(ROOT, 'lib/kit/money.ts') })
  expect(result?.messages).toEqual([])
}, 120_000)
