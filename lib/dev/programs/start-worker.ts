import { startProgram, typescript, type RunningProgram } from '../processes/start-program'

type Options = Readonly<{
  environment: Readonly<Record<string, string>>
  onLine?: (line: string) => void
}>

/** Starts the process that works off the inbox, the sweeps and everything that is due. */
export function startWorker(options: Options): RunningProgram {
  return startProgram({
    name: 'The worker',
    parameters: typescript('lib/jobs/main.ts'),
    environment: options.environment,
    ...(options.onLine && { onLine: options.onLine }),
  })
}
