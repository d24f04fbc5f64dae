import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { WALLETS } from './postings-contenders'
import type { BenchRow } from './bench'

const ROUNDS = 3
const SECONDS = 2

const RAW = "select raw.post(:wallet, 'usage', 'pgbench:' || :reference, 1000, 6, 100, clock_timestamp());"
const LEDGER =
  "select ledger.spend(:wallet, 'usage', 'pgbench:' || :reference, 100, null, clock_timestamp(), clock_timestamp());"

/** The same functions without Node, where pgbench is installed; no rows where it is not. */
export async function runPgbench(url: string, connections: number): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'talktime-pgbench-'))
  try {
    const rows: BenchRow[] = []
    for (const [name, wallet] of [
      ['many wallets', `random(1, ${String(WALLETS)})`],
      ['one hot wallet', '1'],
    ] as const) {
      const rates: Readonly<Record<'raw' | 'ledger', number[]>> = { raw: [], ledger: [] }
      for (let round = 0; round < ROUNDS; round++) {
        rates.raw.push(await pgbench(folder, url, connections, wallet, RAW))
        rates.ledger.push(await pgbench(folder, url, connections, wallet, LEDGER))
      }
      const [ledger, raw] = [Math.max(...rates.ledger), Math.max(...rates.raw)]
      rows.push({
        name: `postings: by pgbench, ${name}`,
        measured: `${ledger.toFixed(0)}/s`,
        beside: `raw ${raw.toFixed(0)}/s`,
        ratio: ledger / raw,
        target: null,
        isMet: null,
      })
    }
    return rows
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Transactions a second. @throws the spawn's ENOENT where there is no pgbench */
async function pgbench(
  folder: string,
  url: string,
  connections: number,
  wallet: string,
  statement: string,
): Promise<number> {
  const script = path.join(folder, 'script.sql')
  await writeFile(
    script,
    `\\set wallet ${wallet}\n\\set reference random(1, 9000000000000000)\n${statement}\n`,
  )
  const flags = ['-n', '-M', 'prepared', '-c', String(connections), '-T', String(SECONDS), '-f', script, url]
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn('pgbench', flags, { stdio: ['ignore', 'pipe', 'pipe'] })
    const texts: string[] = []
    child.stdout.on('data', (chunk: Buffer) => texts.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => texts.push(chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(texts.join('')) : reject(new Error(`pgbench failed: ${texts.join('')}`)),
    )
  })
  return Number(/tps = ([\d.]+)/.exec(output)?.[1] ?? 0)
}
