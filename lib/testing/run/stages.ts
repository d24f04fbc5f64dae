import { readResults, type Tally } from './read-results'

/** One step of the whole run: a check that is right or wrong, or a runner that counts its own tests. */
export type Stage = Readonly<{
  name: string
  /** Parameters to node, one list a command; they run one after the other until one fails. */
  commands: readonly (readonly string[])[]
  /** What takes minutes shows its tests as they go; everything else speaks only when it is wrong. */
  isTold: boolean
  /** Where the runner leaves its results. */
  results: Readonly<{ file: string; read: (text: string) => Tally }> | null
}>

const bin = (file: string, ...parameters: readonly string[]) => [`node_modules/${file}`, ...parameters]
const NEXT = 'next/dist/bin/next'

const check = (name: string, ...commands: readonly (readonly string[])[]): Stage => ({
  name,
  commands,
  isTold: false,
  results: null,
})

const vitest = (name: string, project: string, isTold = true): Stage => {
  const file = `.data/results/${project}.json`
  const parameters = ['run', '--project', project, '--reporter=default', '--reporter=json']
  return {
    name,
    commands: [bin('vitest/vitest.mjs', ...parameters, `--outputFile.json=${file}`)],
    isTold,
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

const unit = vitest('unit', 'unit', false)

/**
 * What reads the sources and runs none. With `isCached` only what changed since the last time is looked at; then lint
 * does not see that a change in one file made a line in another file wrong, which types do.
 */
function checks(isCached: boolean) {
  const cached = (...flags: readonly string[]) => (isCached ? flags : [])
  const prettierCache = cached('--cache', '--cache-strategy=content', `--cache-location=${CACHE}/prettier`)
  const eslintCache = cached('--cache', '--cache-strategy=content', `--cache-location=${CACHE}/eslint`)
  const tscCache = isCached ? [`--tsBuildInfoFile`, `${CACHE}/tsc.tsbuildinfo`] : ['--incremental', 'false']
  const layerCache = cached('--cache', `${CACHE}/layers`, '--cache-strategy', 'content')
  const knipCache = cached('--cache', '--cache-location', `${CACHE}/knip`)
  const layerRules = ['--config', '.dependency-cruiser.cjs', ...layerCache]
  return {
    lint: check('lint', bin('eslint/bin/eslint.js', '.', '--max-warnings=0', ...eslintCache)),
    types: check('types', bin('typescript-native/bin/tsc', '--noEmit', ...tscCache)),
    format: check('format', bin('prettier/bin/prettier.cjs', '--check', '.', ...prettierCache)),
    layers: check(
      'layers',
      bin('dependency-cruiser/bin/dependency-cruise.mjs', ...layerRules, ...LAYER_SOURCES),
    ),
    unused: check('unused', bin('knip/bin/knip.js', '--no-config-hints', ...knipCache)),
  }
}

const database = vitest('database', 'db')
const build = check('build', ['--import', 'tsx', 'lib/dev/build.ts'])
const http = vitest('http', 'http')
const browser: Stage = {
  name: 'browser',
  commands: [bin('@playwright/test/cli.js', 'test')],
  isTold: true,
  results: { file: '.data/results/browser.json', read: readResults.playwright },
}

/** Groups that run one after the other; the stages of a group run beside each other, the longest first. */
export type Plan = readonly (readonly Stage[])[]

const fresh = checks(false)
const known = checks(true)

/**
 * `npm test`: everything, and nothing taken from an earlier run's word. Tests that wait for processes and for time to
 * pass leave room for what only computes. The build comes before the types of the routes, since it makes its folder anew.
 */
export const WHOLE: Plan = [
  [build, unit, fresh.format, fresh.layers, fresh.unused],
  [routes],
  [http, fresh.lint, database, fresh.types],
  [browser],
]

/** `npm run verify`: no database and no browser. */
export const QUICK: Plan = [
  [routes],
  [known.lint, unit, known.types, known.format, known.layers, known.unused],
]

/** `npm run test:long`: what has repetitions to raise. */
export const REPEATABLE: Plan = [[unit], [database], [build], [http]]
