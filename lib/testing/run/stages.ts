import { readResults, type Tally } from './read-results'

/** One step of the whole run: a check that is right or wrong, or a runner that counts its own tests. */
export type Stage = Readonly<{
  name: string
  /** Parameters to node, one list a command; they run one after the other until one fails. */
  commands: readonly (readonly string[])[]
  /** A runner that has its group to itself shows its tests as they go; everything else speaks only when it is wrong. */
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
const CACHE = 'node_modules/.cache/talktime'

/** The types of the routes, which types and lint both read: made anew, so that none is of a route that is no more. */
const routes = check(
  'routes',
  [
    '-e',
    "for (const stale of ['.next/dev', '.next/types']) require('node:fs').rmSync(stale, { recursive: true, force: true })",
  ],
  bin(NEXT, 'typegen'),
)

/**
 * What needs no database and no browser, the longest first. With `isCached` only what changed since the last time is
 * looked at; then lint does not see that a change in one file made a line in another file wrong, which types do.
 */
function statics(isCached: boolean): readonly Stage[] {
  const cached = (...flags: readonly string[]) => (isCached ? flags : [])
  const prettierCache = cached('--cache', '--cache-strategy=content', `--cache-location=${CACHE}/prettier`)
  const eslintCache = cached('--cache', '--cache-strategy=content', `--cache-location=${CACHE}/eslint`)
  const tscCache = isCached ? [`--tsBuildInfoFile`, `${CACHE}/tsc.tsbuildinfo`] : ['--incremental', 'false']
  const layerCache = cached('--cache', `${CACHE}/layers`, '--cache-strategy', 'content')
  const knipCache = cached('--cache', '--cache-location', `${CACHE}/knip`)
  const layerRules = ['--config', '.dependency-cruiser.cjs', ...layerCache]
  return [
    check('lint', bin('eslint/bin/eslint.js', '.', '--max-warnings=0', ...eslintCache)),
    vitest('unit', 'unit'),
    check('types', bin('typescript-native/bin/tsc', '--noEmit', ...tscCache)),
    check('format', bin('prettier/bin/prettier.cjs', '--check', '.', ...prettierCache)),
    check('layers', bin('dependency-cruiser/bin/dependency-cruise.mjs', ...layerRules, ...LAYER_SOURCES)),
    check('unused', bin('knip/bin/knip.js', '--no-config-hints', ...knipCache)),
  ]
}

const database = vitest('database', 'db')
const build = check('build', ['--import', 'tsx', 'lib/dev/build.ts'])
const http = vitest('http', 'http')
const browser: Stage = {
  name: 'browser',
  commands: [bin('@playwright/test/cli.js', 'test')],
  kind: 'runner',
  results: { file: '.data/results/browser.json', read: readResults.playwright },
}

/** Groups that run one after the other; the stages of a group run beside each other. */
export type Plan = readonly (readonly Stage[])[]

/** `npm test`: everything, and nothing taken from an earlier run's word. */
export const WHOLE: Plan = [[routes], statics(false), [database], [build], [http], [browser]]

/** `npm run verify`: no database and no browser. */
export const QUICK: Plan = [[routes], statics(true)]

/** `npm run test:long`: what has repetitions to raise. */
export const REPEATABLE: Plan = [[vitest('unit', 'unit')], [database], [build], [http]]
