'use client'

import { useActionState, type ReactNode } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'

/** What came of a replay: how many events were put back, or why none was. */
export type ReplayState = Readonly<{ replayed: number; message: string | null }> | null

type ReplayAction = (state: ReplayState, form: FormData) => Promise<ReplayState>

type Props = Readonly<{ replay: ReplayAction; label: string; children: ReactNode }>

/** Around one event, or a list of them: replays those that are chosen in it. */
export function ReplayForm({ replay, label, children }: Props) {
  const [state, submit, pending] = useActionState(replay, null)
  return (
    <form action={submit}>
      {children}
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-5 py-3">
        <Button type="submit" size="small" pending={pending}>
          {label}
        </Button>
        <ReplayOutcome state={state} />
      </div>
    </form>
  )
}

function ReplayOutcome({ state }: Readonly<{ state: ReplayState }>) {
  if (state === null) return null
  if (state.message !== null) return <Alert live tone="danger" title={state.message} />
  return (
    <p role="status" className="text-[0.8125rem] text-ink-soft">
      {state.replayed === 0
        ? 'Nothing to replay: what is chosen waits already.'
        : `${state.replayed} ${state.replayed === 1 ? 'event is' : 'events are'} worked on again.`}
    </p>
  )
}
