import { performance } from 'node:perf_hooks'
import type { Tally } from './run/read-results'
import { runStage } from './run/run-stage'
import { QUICK, REPEATABLE, STAGES } from './run/stages'

/** `npm test` runs every stage, `npm run verify` the quick ones, `npm run test:long` those that repeat themselves. */
const { stages, environment } = choose(process.argv[2])

let total: Tally = { passed: 0, failed: 0, skipped: 0 }
for (const [index, stage] of stages.entries()) {
  const place = `[${String(index + 1)}/${String(stages.length)}]`
  console.log(`${place} ${stage.name} …`)
  const started = performance.now()
  const tally = await runStage(stage, environment)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${place} ${stage.name}: ${describe(tally)} (${seconds} s)\n`)
  total = {
    passed: total.passed + tally.passed,
    failed: total.failed + tally.failed,
    skipped: total.skipped + tally.skipped,
  }
}
console.log(describe(total))
process.exitCode = total.failed === 0 ? 0 : 1

function choose(mode: string | undefined) {
  const named = (names: readonly string[]) => STAGES.filter((stage) => names.includes(stage.name))
  if (mode === '--quick') return { stages: named(QUICK), environment: {} }
  if (mode === '--long') return { stages: named(REPEATABLE), environment: { TEST_LONG: '1' } }
  return { stages: STAGES, environment: {} }
}

function describe(tally: Tally): string {
  const skipped = tally.skipped === 0 ? '' : `, ${String(tally.skipped)} skipped`
  return `${String(tally.passed)} passed, ${String(tally.failed)} failed${skipped}`
}
