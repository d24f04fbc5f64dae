import { setTimeout } from 'node:timers/promises'
import { isFree } from '../free-port'
import { LaunchError } from '../launch-error'

const FARTHEST = 20
const PATIENCE_MS = 8_000

type Wish = Readonly<{
  port: number
  /** Asked for by name: then it is this one or none. */
  isFixed: boolean
  /** What holds it may be about to end. */
  isWorthWaiting: boolean
}>

/** The port to serve on, or the next free one after it. @throws LaunchError where the one asked for is taken. */
export async function choosePort(wish: Wish, say: (text: string) => void): Promise<number> {
  const deadline = Date.now() + (wish.isWorthWaiting ? PATIENCE_MS : 0)
  do {
    if (await isFree(wish.port)) return wish.port
    await setTimeout(100)
  } while (Date.now() < deadline)
  if (wish.isFixed) {
    throw new LaunchError(`Port ${String(wish.port)} is in use by another program: name another with --port.`)
  }
  for (let port = wish.port + 1; port <= wish.port + FARTHEST; port++) {
    if (!(await isFree(port))) continue
    say(`Port ${String(wish.port)} is in use by another program, so it will be ${String(port)}.`)
    return port
  }
  throw new LaunchError(
    `Ports ${String(wish.port)} to ${String(wish.port + FARTHEST)} are all in use: name another with --port.`,
  )
}
