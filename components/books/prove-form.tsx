'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'

/** Null: nothing was asked yet; else what came of asking. */
export type ProveState = Readonly<{ asked: boolean; message: string | null }> | null

type ProveAction = (state: ProveState, form: FormData) => Promise<ProveState>

/** Has the worker prove the books now. */
export function ProveForm({ prove }: Readonly<{ prove: ProveAction }>) {
  const [state, submit, pending] = useActionState(prove, null)
  return (
    <form action={submit} className="flex flex-wrap items-center justify-end gap-3">
      {state !== null && (
        <p role="status" className={`text-[0.8125rem] ${state.asked ? 'text-ink-soft' : 'text-danger'}`}>
          {state.message ?? 'The worker proves them now: reload in a moment.'}
        </p>
      )}
      <Button type="submit" look="primary" pending={pending}>
        Prove now
      </Button>
    </form>
  )
}
