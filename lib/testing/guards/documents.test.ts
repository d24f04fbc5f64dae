import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SKIPPED = new Set(['node_modules', '.next', '.git', '.data'])
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')))

function documents(folder = ''): string[] {
  return readdirSync(path.join(ROOT, folder)).flatMap((name) => {
    const file = path.join(folder, name)
    if (SKIPPED.has(name)) return []
    if (statSync(path.join(ROOT, file)).isDirectory()) return documents(file)
    return name.endsWith('.md') ? [file] : []
  })
}

/** Words in code marks that look like a path of this project: with a folder or an ending that we use. */
function namedFiles(text: string): string[] {
  const marked = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? '')
  const linked = [...text.matchAll(/\]\(([^)#:\s]+)\)/g)].map((match) => match[1] ?? '')
  const inProject =
    /^(app|bench|components|drizzle|e2e|lib|public|docs|\.ci)\/|^[\w.-]+\.(md|tsx?|mjs|cjs|sql|json)$/
  return [...marked.filter((word) => inProject.test(word)), ...linked].filter((word) => !/[*{<…]/.test(word))
}

it.each(documents())('%s names only files that exist', (document) => {
  const text = readFileSync(path.join(ROOT, document), 'utf8')
  const missing = namedFiles(text).filter(
    (file) =>
      ![ROOT, path.join(ROOT, path.dirname(document))].some((base) => existsSync(path.join(base, file))),
  )
  expect(missing).toEqual([])
})

it.each(documents())('%s names only npm scripts that exist', (document) => {
  const text = readFileSync(path.join(ROOT, document), 'utf8')
  const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '')
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
