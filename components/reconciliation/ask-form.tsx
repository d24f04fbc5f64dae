'use client'

import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { SelectField } from '@/components/ui/select-field'

/** Null: nothing was asked yet; else what came of asking. */
export type AskState = Readonly<{ asked: boolean; message: string | null }> | null

type AskAction = (state: AskState, form: FormData) => Promise<AskState>

const SPANS = [
  { value: '1', text: 'The last hour' },
  { value: '24', text: 'The last day' },
  { value: '168', text: 'The last 7 days' },
  { value: '960', text: 'The last 40 days' },
] as const

/** Asks for a comparison over a span; the worker does it. */
export function AskForm({ ask }: Readonly<{ ask: AskAction }>) {
  const [state, submit, pending] = useActionState(ask, null)
  return (
    <form action={submit} className="flex flex-wrap items-end gap-3 px-5 py-4">
      <div className="w-48">
        <SelectField name="hours" label="Compare" options={SPANS} defaultValue="24" />
      </div>
      <Button type="submit" pending={pending}>
        Compare now
      </Button>
      {state !== null && (
        <p
          role="status"
          className={`flex min-h-10 items-center text-[0.8125rem] ${state.asked ? 'text-ink-soft' : 'text-danger'}`}
        >
          {state.message ?? 'The worker compares now: reload in a moment for what it found.'}
        </p>
      )}
    </form>
  )
}
