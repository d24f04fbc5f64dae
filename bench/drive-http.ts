import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'

type Post = Readonly<{ headers: Readonly<Record<string, string>>; body: string }>

export type Load = Readonly<{
  url: string
  headers?: Readonly<Record<string, string>>
  /** What each request posts; GET without it. */
  next?: () => Post
  /** Throws where an answer is not what it should be. */
  check?: (body: string) => void
  connections: number
  seconds: number
}>

export type LoadFigures = Readonly<{ perSecond: number; p50Ms: number; p99Ms: number; requests: number }>

/**
 * A closed loop: each connection sends its next request when the last was answered in full. Every answer must be 200.
 * @throws Error for another status, and where rate and latency contradict each other (Little's law): a harness that
 * loses counts would otherwise look fast
 */
export async function driveHttp(load: Load): Promise<LoadFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections })
  const latencies: number[] = []
  const started = performance.now()
  const end = started + load.seconds * 1000
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      const before = performance.now()
      await send(load, agent)
      latencies.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: load.connections }, loop))
  const elapsedMs = performance.now() - started
  agent.destroy()
  return figures(latencies, elapsedMs, load.connections)
}

function send(load: Load, agent: Agent): Promise<void> {
  const post = load.next?.()
  const headers = { ...load.headers, ...post?.headers }
  return new Promise((resolve, reject) => {
    const sent = request(
      load.url,
      { agent, headers, method: post === undefined ? 'GET' : 'POST' },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          if (response.statusCode !== 200) {
            reject(new Error(`${load.url} answers ${String(response.statusCode)}`))
            return
          }
          try {
            load.check?.(Buffer.concat(chunks).toString())
            resolve()
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        })
      },
    )
    sent.once('error', reject)
    sent.end(post?.body)
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
