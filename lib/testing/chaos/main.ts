import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { holdTestServer } from '../test-server'
import { openArena } from './open-arena'
import { runChaos, type ChaosPlan, type ChaosReport } from './run-chaos'

const OPTIONS = {
  kills: { type: 'string', default: '200' },
  restarts: { type: 'string', default: '25' },
  shoppers: { type: 'string', default: '16' },
  seed: { type: 'string' },
} as const

/** `npm run chaos [-- --kills N --restarts N --shoppers N --seed N]`: fails where anything is lost, doubled or wrong. */
async function main(): Promise<boolean> {
  const started = performance.now()
  const say = (text: string): void =>
    console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${text}`)
  const plan = readPlan(say)
  say(`seed ${String(plan.seed)}`)
  const stripe = await holdTestServer()
  const product = await holdTestServer({ folder: '.data/chaos-pg' })
  try {
    say('building and starting the product')
    const arena = await openArena({ product, stripe: stripe.server })
    try {
      const report = await runChaos(arena, plan)
      print(report)
      return report.findings.length === 0 && report.experience.oddities.length === 0
    } finally {
      await arena.close()
    }
  } finally {
    await product.release()
    await stripe.release()
  }
}

function readPlan(say: (text: string) => void): ChaosPlan {
  const { values } = parseArgs({ options: OPTIONS })
  const whole = (text: string): number => {
    if (!/^\d{1,10}$/.test(text)) throw new Error(`${text} is no whole number.`)
    return Number(text)
  }
  return {
    kills: whole(values.kills),
    restarts: whole(values.restarts),
    shoppers: whole(values.shoppers),
    seed: values.seed === undefined ? Date.now() % 4_294_967_296 : whole(values.seed),
    say,
  }
}

function print({ experience, kills, restarts, acknowledged, ...report }: ChaosReport): void {
  const { purchases, checkouts, usage } = acknowledged
  const { slowest } = experience
  const byName = [...kills].map(([name, count]) => `${name} ${String(count)}`).join(', ')
  console.log(`
killed           ${byName}
PostgreSQL       ${String(restarts)} immediate restarts
acknowledged     ${String(purchases)} purchases, ${String(checkouts)} Checkouts, ${String(usage)} usage events
never told       ${String(report.unknownPurchases)} purchases whose caller gave up
answers          ${String(experience.answers)}, and ${String(experience.cutOff)} cut off; the slowest took ${String(slowest.ms)} ms (${String(slowest.status)} of ${slowest.path})
settled after    ${String(report.settledAfterSeconds)} s
odd answers      ${String(experience.oddities.length)}
findings         ${String(report.findings.length)}`)
  for (const text of [...report.findings, ...experience.oddities].slice(0, 100)) console.log(`  ${text}`)
}

main().then(
  (isRight) => {
    process.exitCode = isRight ? 0 : 1
  },
  (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  },
)
