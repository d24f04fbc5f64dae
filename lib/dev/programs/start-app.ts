import { startProgram, type RunningProgram } from '../processes/start-program'
import { answers, waitUntilReady } from '../processes/wait-until'

const NEXT = 'node_modules/next/dist/bin/next'
/** Longer than clients and proxies keep an idle connection: whoever closes first must not be us, just as they send. */
const KEEP_ALIVE_MS = 75_000

type Options = Readonly<{
  port: number
  /** `start` serves the build there is; `dev` compiles as it goes and reloads. */
  mode: 'start' | 'dev'
  environment: Readonly<Record<string, string>>
  onLine?: (line: string) => void
}>

/** Starts the app on loopback and waits until it serves requests. */
export async function startApp(options: Options): Promise<RunningProgram> {
  const { port, mode, environment, onLine } = options
  const program = startProgram({
    name: 'The app',
    parameters: [
      ...[NEXT, mode, '-H', '127.0.0.1', '-p', String(port)],
      ...(mode === 'start' ? ['--keepAliveTimeout', String(KEEP_ALIVE_MS)] : []),
    ],
    environment: { ...environment, NODE_ENV: mode === 'dev' ? 'development' : 'production' },
    ...(onLine && { onLine }),
  })
  await waitUntilReady(program, () => answers(`http://127.0.0.1:${String(port)}/api/health/live`, 200), 60)
  return program
}
