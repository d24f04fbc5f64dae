import type { RunningProgram } from '@/lib/dev/processes/start-program'

/** A program that a test may kill and start again, at the same address and with the same configuration. */
export type Restartable = Readonly<{
  program(): RunningProgram
  /** kill -9. */
  kill(): Promise<void>
  /** In order. */
  stop(): Promise<void>
  /** Starts it again and waits until it answers; it must not be running. */
  start(): Promise<void>
}>

export async function restartable(
  launch: () => RunningProgram | Promise<RunningProgram>,
): Promise<Restartable> {
  let current = await launch()
  return {
    program: () => current,
    kill: () => current.kill(),
    stop: () => current.stop(),
    start: async () => {
      current = await launch()
    },
  }
}
