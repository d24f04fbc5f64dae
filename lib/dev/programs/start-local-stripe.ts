import { z } from 'zod'
import { startProgram, typescript, type RunningProgram } from '../processes/start-program'
import { waitUntilReady } from '../processes/wait-until'

export type LocalStripe = Readonly<{ program: RunningProgram; url: string; port: number }>

type Options = Readonly<{
  /** Where it keeps its state, in a schema of its own. */
  databaseUrl: string
  /** 0 for any free one. */
  port: number
  /** The first pause before a webhook is tried again; its own choice where left out. */
  retryBaseMs?: number
  /** Where the clock of a fresh state begins; real time if absent. */
  clockStartsAt?: Date
  onLine?: (line: string) => void
}>

const announcement = z.object({ listening: z.url() })

/** Starts the local Stripe and waits until it says where it listens. */
export async function startLocalStripe(options: Options): Promise<LocalStripe> {
  const program = startProgram({
    name: 'The local Stripe',
    parameters: typescript('lib/sandbox/main.ts'),
    environment: {
      SANDBOX_PORT: String(options.port),
      SANDBOX_DATABASE_URL: options.databaseUrl,
      ...(options.retryBaseMs !== undefined && { SANDBOX_RETRY_BASE_MS: String(options.retryBaseMs) }),
      ...(options.clockStartsAt && { SANDBOX_CLOCK_STARTS_AT: options.clockStartsAt.toISOString() }),
    },
    ...(options.onLine && { onLine: options.onLine }),
  })
  await waitUntilReady(program, () => Promise.resolve(readAnnouncement(program.output()) !== null), 30)
  const address = new URL(readAnnouncement(program.output()) ?? '')
  return { program, url: address.origin, port: Number(address.port) }
}

function readAnnouncement(output: string): string | null {
  const line = output.split('\n').find((text) => text.startsWith('{"listening"') && text.endsWith('}'))
  return line === undefined ? null : announcement.parse(JSON.parse(line)).listening
}
