import { parseArgs } from 'node:util'
import { LaunchError } from '../launch-error'

export type LaunchOptions = Readonly<{
  /** `start` serves the production build, `dev` compiles as it goes. */
  mode: 'start' | 'dev'
  reset: boolean
  port: number
  isPortFixed: boolean
  /** Where everything is kept. */
  folder: string
}>

const PORT_USUAL = 3000

/** @throws LaunchError that names the option it does not know. */
export function readOptions(words: readonly string[]): LaunchOptions {
  const { values, positionals } = parse(words)
  const port = Number(values.port ?? PORT_USUAL)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new LaunchError(`--port takes a number from 1 to 65535, not ${String(values.port)}.`)
  }
  return {
    mode: positionals[0] === 'dev' ? 'dev' : 'start',
    reset: values.reset,
    port,
    isPortFixed: values.port !== undefined,
    folder: values.data,
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        reset: { type: 'boolean', default: false },
        port: { type: 'string' },
        data: { type: 'string', default: '.data' },
      },
    })
  } catch (error) {
    throw new LaunchError(
      `${error instanceof Error ? error.message : String(error)} Options: --reset, --port <number>, --data <folder>.`,
    )
  }
}
