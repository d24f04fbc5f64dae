import { performance } from 'node:perf_hooks'

export type Progress = Readonly<{
  /** Does the work, and says when it began, what it came to and how long it took. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>
  say(text: string): void
}>

/** Lines on the terminal that tell what the launcher is doing. */
export function showProgress(): Progress {
  const started = performance.now()
  const since = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`
  const say = (text: string) => process.stdout.write(`  ${text}\n`)
  return {
    say,
    step: async (name, work) => {
      const from = performance.now()
      say(`· ${name} …`)
      const result = await work()
      say(`✓ ${name} (${since(from)}, ${since(started)} in all)`)
      return result
    },
  }
}
