/** Lets a loop sleep until there is something to do. A wake-up while nobody sleeps ends the next sleep at once. */
export type WakeSignal = {
  wake(): void
  /** Resolves on the next wake-up, or after the time given. */
  sleep(milliseconds: number): Promise<void>
}

export function createWakeSignal(): WakeSignal {
  let awake = false
  let rouse: (() => void) | null = null
  return {
    wake: () => {
      awake = true
      rouse?.()
    },
    sleep: async (milliseconds) => {
      if (!awake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          rouse = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rouse = null
      awake = false
    },
  }
}
