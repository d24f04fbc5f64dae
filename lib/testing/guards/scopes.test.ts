import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const CORE = fileURLToPath(new URL('../../core', import.meta.url))
const CHECKS = new Set([
  'requireScope',
  'requireSystem',
  'requireSystemOr',
  'requireStaff',
  'requireStaffOrSystem',
])

/** An exported function whose first parameter is a Context, and whether its first statement checks the actor's scope. */
type Verb = Readonly<{ name: string; checks: boolean }>

/** The verbs of a module: declared as functions, or as constants that hold one. */
function verbsOf(text: string): Verb[] {
  const file = ts.createSourceFile('verb.ts', text, ts.ScriptTarget.Latest, true)
  return file.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement) || !isExported(statement)) return []
    if (ts.isFunctionDeclaration(statement)) return verbOf(statement.name?.text ?? 'default', statement)
    if (!ts.isVariableStatement(statement)) return []
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
        ? verbOf(name.getText(), initializer)
        : [],
    )
  })
}

function isExported(statement: ts.Statement & ts.HasModifiers): boolean {
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false
}

function verbOf(name: string, { parameters, body }: ts.FunctionLikeDeclaration): Verb[] {
  const [context] = parameters
  if (context?.type === undefined || !/\bContext\b/.test(context.type.getText())) return []
  const checked = body !== undefined && ts.isBlock(body) && checksOf(body.statements[0])
  return [{ name, checks: checked && context.name.getText() === 'ctx' }]
}

/** `requireScope(ctx.actor, …)`, whether or not its answer is kept. */
function checksOf(statement: ts.Statement | undefined): boolean {
  if (statement === undefined) return false
  const call = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.initializer
    : ts.isExpressionStatement(statement) && statement.expression
  if (call === undefined || call === false || !ts.isCallExpression(call)) return false
  return CHECKS.has(call.expression.getText()) && call.arguments[0]?.getText() === 'ctx.actor'
}

const modules = readdirSync(CORE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file.includes(path.sep),
)
const verbs = modules.flatMap((file) =>
  verbsOf(readFileSync(path.join(CORE, file), 'utf8')).map((verb) => ({ ...verb, file })),
)

describe('every verb of lib/core checks in its first statement what its caller may do', () => {
  it.each(verbs)('$name ($file)', ({ checks }) => {
    expect(checks).toBe(true)
  })

  it('and there are verbs', () => {
    expect(verbs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['getBilling', 'settleInvoice', 'postponeRecheck', 'recordUsage']),
    )
  })
})

describe('a verb is found out', () => {
  it.each([
    ['asks nothing', 'export async function read(ctx: Context) { return ctx.db }'],
    ['asks too late', 'export function read(ctx: Context) { log(); requireSystem(ctx.actor) }'],
    ['asks of someone else', "export function read(ctx: Context, a: Actor) { requireScope(a, 'keys:read') }"],
    ['asks only sometimes', 'export function read(ctx: Context) { if (x) requireSystem(ctx.actor) }'],
    ['is a constant', 'export const read = async (ctx: Context) => ctx.db'],
    ['narrows its context', "export const read = async (ctx: Pick<Context, 'db'>) => ctx.db"],
    ['has no block', 'export const read = (ctx: Context) => requireSystem(ctx.actor)'],
  ])('that %s', (_how, text) => {
    expect(verbsOf(text)).toEqual([{ name: 'read', checks: false }])
  })

  it.each([
    "export async function read(ctx: Context) { const id = requireScope(ctx.actor, 'keys:read') }",
    'export const read = (ctx: Context) => { requireSystem(ctx.actor) }',
  ])('and one that asks is not: %s', (text) => {
    expect(verbsOf(text)).toEqual([{ name: 'read', checks: true }])
  })

  it('while what takes no context, or is for its own module, may rely on who called it', () => {
    expect(verbsOf('export function read(db: Database) {}\nfunction helper(ctx: Context) {}')).toEqual([])
  })
})
