import { setTimeout } from 'node:timers/promises'
import type { Stack } from '../start-stack'
import type { Restartable } from '../restartable'
import type { Random } from './seeded-random'

/** A program that is killed again and again, and how one knows that it is at work. */
export type Victim = Readonly<{ name: string; process: Restartable; isAtWork(): boolean }>

export function victimsOf({ apps, worker }: Stack): readonly Victim[] {
  const isUp = (process: Restartable) => process.program().isRunning()
  const servers = apps.map(({ process }, index) => ({
    name: `app ${String(index + 1)}`,
    process,
    // It is started only once it answers.
    isAtWork: () => isUp(process),
  }))
  if (worker === null) return servers
  const isAtWork = () => isUp(worker) && worker.program().output().includes('worker started')
  return [...servers, { name: 'worker', process: worker, isAtWork }]
}

type Orders = Readonly<{
  random: Random
  /** Whether one more is wanted; asked before each kill, and counts it. */
  takeTurn(): boolean
  onKill(name: string): void
}>

/** Longest that a program is let live, in milliseconds, once it is at work. */
const LIFE_MS_MAX = 5_000

/** Kills the program with SIGKILL at moments of chance and starts it again, as long as there are turns. */
export async function killAtRandom(victim: Victim, { random, takeTurn, onKill }: Orders): Promise<void> {
  await bringUp(victim)
  while (takeTurn()) {
    await setTimeout(random.between(0, LIFE_MS_MAX))
    await victim.process.kill()
    onKill(victim.name)
    await bringUp(victim)
  }
}

const STARTS_MAX = 30

/** As a supervisor does: what ends by itself, for want of its database for example, is started again. */
export async function bringUp(victim: Victim): Promise<void> {
  for (let start = 0; start < STARTS_MAX; start++) {
    if (!victim.process.program().isRunning()) {
      const started = await victim.process.start().then(
        () => true,
        () => false,
      )
      if (!started) await setTimeout(500)
    }
    while (victim.process.program().isRunning()) {
      if (victim.isAtWork()) return
      await setTimeout(50)
    }
  }
  throw new Error(`${victim.name} does not come up: ${victim.process.program().output().slice(-2_000)}`)
}
