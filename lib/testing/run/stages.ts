import { readResults, type Tally } from './read-results'

/** One step of the whole run: a check that is right or wrong, or a runner that counts its own tests. */
export type Stage = Readonly<{
  name: string
  /** Parameters to node, one list a command; they run one after the other until one fails. */
  commands: readonly (readonly string[])[]
  /** Runners show their tests as they go; a check speaks only when it is wrong. */
  kind: 'check' | 'runner'
  /** Where the runner leaves its results. */
  results: Readonly<{ file: string; read: (text: string) => Tally }> | null
}>

const bin = (file: string, ...parameters: readonly string[]) => [`node_modules/${file}`, ...parameters]
const NEXT = 'next/dist/bin/next'

const check = (name: string, ...commands: readonly (readonly string[])[]): Stage => ({
  name,
  commands,
  kind: 'check',
  results: null,
})

const vitest = (name: string, project: string): Stage => {
  const file = `.data/results/${project}.json`
  const parameters = ['run', '--project', project, '--reporter=default', '--reporter=json']
  return {
    name,
    commands: [bin('vitest/vitest.mjs', ...parameters, `--outputFile.json=${file}`)],
    kind: 'runner',
    results: { file, read: readResults.vitest },
  }
}

const LAYER_SOURCES = ['app', 'components', 'lib', 'bench', 'e2e', 'proxy.ts', 'instrumentation.ts']

/** In the order they run: what is quick and needs nothing comes first. */
export const STAGES: readonly Stage[] = [
  check('format', bin('prettier/bin/prettier.cjs', '--check', '.')),
  check(
    'types',
    [
      '-e',
      "for (const stale of ['.next/dev', '.next/types']) require('node:fs').rmSync(stale, { recursive: true, force: true })",
    ],
    bin(NEXT, 'typegen'),
    bin('typescript/bin/tsc', '--noEmit'),
  ),
  check('lint', bin('eslint/bin/eslint.js', '.', '--max-warnings=0')),
  check(
    'layers',
    bin(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...LAYER_SOURCES,
    ),
  ),
  check('unused', bin('knip/bin/knip.js', '--no-config-hints')),
  vitest('unit', 'unit'),
  vitest('database', 'db'),
  check('build', ['--import', 'tsx', 'lib/dev/build.ts']),
  vitest('http', 'http'),
  {
    name: 'browser',
    commands: [bin('@playwright/test/cli.js', 'test')],
    kind: 'runner',
    results: { file: '.data/results/browser.json', read: readResults.playwright },
  },
]

/** What `npm run verify` takes: seconds, no database and no browser. */
export const QUICK = ['format', 'types', 'lint', 'layers', 'unused', 'unit']

/** What has repetitions to raise: `npm run test:long`. */
export const REPEATABLE = ['unit', 'database', 'build', 'http']
