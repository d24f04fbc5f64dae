import os from 'node:os'
import { performance } from 'node:perf_hooks'
import { holdTestServer } from '@/lib/testing/test-server'
import type { Bench, BenchRow } from './bench'
import { printTable } from './print-table'

/** In the order of the table; each is loaded only when it is its turn. */
const BENCHES: Readonly<Record<string, () => Promise<{ run: Bench }>>> = {
  postings: () => import('./postings'),
  billing: () => import('./billing'),
  sizes: () => import('./sizes'),
  usage: () => import('./usage'),
  webhooks: () => import('./webhooks'),
  purchases: () => import('./purchases'),
  dialects: () => import('./dialects'),
}

/** `npm run bench [-- NAME …]`: measures, and prints one table of figures, ratios and targets. */
async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => !(name in BENCHES))
  if (unknown !== undefined) {
    throw new Error(`There is no bench ${unknown}; there are ${Object.keys(BENCHES).join(', ')}.`)
  }
  const started = performance.now()
  const say = (text: string) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`)
  say('starting PostgreSQL')
  const held = await holdTestServer({
    folder: '.data/bench-pg',
    isDurable: true,
    settings: { shared_buffers: '512MB' },
  })
  const rows: BenchRow[] = []
  try {
    for (const [name, load] of Object.entries(BENCHES)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      say(name)
      const { run } = await load()
      rows.push(...(await run({ server: held.server, say: (text) => say(`${name}: ${text}`) })))
    }
  } finally {
    await held.release()
  }
  console.log(`\n${String(os.cpus().length)} cores, Node ${process.version}\n`)
  console.log(printTable(rows))
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
