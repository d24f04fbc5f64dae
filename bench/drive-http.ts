import { performance } from 'node:perf_hooks'
import { Pool } from 'undici'

type Post = Readonly<{ headers: Readonly<Record<string, string>>; body: string }>

export type Load = Readonly<{
  url: string
  headers?: Readonly<Record<string, string>>
  /** More headers of each connection: as many callers as it gives. */
  headersOf?: (connection: number) => Readonly<Record<string, string>>
  /** What each request posts. */
  next?: () => Post
  /** GET, or POST where something is posted, where it is left out. */
  method?: 'PUT'
  /** What every answer must have: 200 where it is left out. */
  status?: number
  /** Throws where an answer is not what it should be. */
  check?: (body: string) => void
  connections: number
  seconds: number
}>

export type LoadFigures = Readonly<{ perSecond: number; p50Ms: number; p99Ms: number; requests: number }>

/**
 * A closed loop: each connection sends its next request when the last was answered in full. The client runs beside what it
 * measures: nothing is done with an answer that nobody checks.
 * @throws Error for another status, and where rate and latency contradict each other (Little's law): a harness that
 * loses counts would otherwise look fast
 */
export async function driveHttp(load: Load): Promise<LoadFigures> {
  const url = new URL(load.url)
  const pool = new Pool(url.origin, { connections: load.connections, pipelining: 1 })
  const latencies: number[] = []
  const started = performance.now()
  const end = started + load.seconds * 1000
  const loop = async (_: unknown, connection: number): Promise<void> => {
    const headers = { ...load.headers, ...load.headersOf?.(connection) }
    while (performance.now() < end) {
      const before = performance.now()
      await send({ ...load, headers }, pool, url.pathname + url.search)
      latencies.push(performance.now() - before)
    }
  }
  try {
    await Promise.all(Array.from({ length: load.connections }, loop))
    return figures(latencies, performance.now() - started, load.connections)
  } finally {
    await pool.destroy()
  }
}

/** Below undici's `request`, which makes a stream of every answer. */
function send(load: Load, pool: Pool, path: string): Promise<void> {
  const post = load.next?.()
  const method = load.method ?? (post === undefined ? 'GET' : 'POST')
  const headers = { ...load.headers, ...post?.headers }
  const chunks: Buffer[] = []
  let status = 0
  return new Promise((resolve, reject) => {
    const end = (): void => {
      const isWanted = status === (load.status ?? 200)
      if (isWanted && load.check === undefined) return
      const body = Buffer.concat(chunks).toString()
      if (!isWanted) throw new Error(`${load.url} answers ${String(status)}: ${body}`)
      load.check?.(body)
    }
    pool.dispatch(
      { path, method, headers, body: post?.body ?? null },
      {
        onRequestStart: () => {},
        onResponseStart: (_, statusCode) => (status = statusCode),
        onResponseData: (_, chunk) => chunks.push(chunk),
        onResponseEnd: () => {
          try {
            resolve(end())
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        },
        onResponseError: (_, error) => reject(error),
      },
    )
  })
}

function figures(latencies: readonly number[], elapsedMs: number, connections: number): LoadFigures {
  const mean = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length
  const inFlight = (latencies.length / elapsedMs) * mean
  if (Math.abs(inFlight / connections - 1) > 0.1) {
    throw new Error(
      `${inFlight.toFixed(1)} requests in flight on average over ${String(connections)} connections`,
    )
  }
  return {
    perSecond: (latencies.length / elapsedMs) * 1000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    requests: latencies.length,
  }
}

/** Of at least one value; the smallest that at least this part of the values does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}
