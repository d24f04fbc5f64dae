import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { Tally } from './run/read-results'
import { runBeside } from './run/run-beside'
import { runStage } from './run/run-stage'
import { QUICK, REPEATABLE, WHOLE, type Plan, type Stage } from './run/stages'

/** `npm test` runs every stage, `npm run verify` the quick ones, `npm run test:long` those that repeat themselves. */
const { plan, environment } = choose(process.argv[2])
const stages = plan.flat()
const total = { passed: 0, failed: 0, skipped: 0 }
const started = performance.now()

for (const group of plan) {
  await runBeside(group, availableParallelism(), (stage) => take(stage, group.length === 1))
}
console.log(`${describe(total)} (${secondsSince(started)} s)`)
process.exitCode = total.failed === 0 ? 0 : 1

async function take(stage: Stage, isAlone: boolean): Promise<void> {
  const place = `[${String(stages.indexOf(stage) + 1)}/${String(stages.length)}]`
  const from = performance.now()
  console.log(`${place} ${stage.name} …`)
  const tally = await runStage(stage, { environment, isAlone })
  console.log(`${place} ${stage.name}: ${describe(tally)} (${secondsSince(from)} s)`)
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
}

function choose(mode: string | undefined): { plan: Plan; environment: Record<string, string> } {
  if (mode === '--quick') return { plan: QUICK, environment: {} }
  if (mode === '--long') return { plan: REPEATABLE, environment: { TEST_LONG: '1' } }
  return { plan: WHOLE, environment: {} }
}

function secondsSince(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1)
}

function describe(tally: Tally): string {
  const skipped = tally.skipped === 0 ? '' : `, ${String(tally.skipped)} skipped`
  return `${String(tally.passed)} passed, ${String(tally.failed)} failed${skipped}`
}
