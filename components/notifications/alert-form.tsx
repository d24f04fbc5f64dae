'use client'

import { useActionState } from 'react'
import { DollarField } from '@/components/money/dollar-field'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CheckField } from '@/components/ui/check-field'
import type { AlertKind } from '@/lib/core/alerts/alert-kind'
import { ALERTS } from './alert-words'

export type AlertState = Readonly<{
  /** As typed; empty: nobody is told of a low balance. */
  threshold: string
  wanted: readonly AlertKind[]
  outcome: 'unchanged' | 'saved' | 'refused'
  /** What is wrong with the whole; null where nothing is, or where a field says it. */
  message: string | null
  thresholdErrors: readonly string[]
}>

export type SaveAlerts = (state: AlertState, form: FormData) => Promise<AlertState>

type Props = Readonly<{ initial: AlertState; email: string; save: SaveAlerts }>

/** What a member who may pay is told of by e-mail. */
export function AlertForm({ initial, email, save }: Props) {
  const [state, submit, pending] = useActionState(save, initial)
  return (
    <form action={submit} className="flex max-w-2xl flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <Card id="low-balance" title="Low balance">
        <div className="max-w-sm p-5">
          <DollarField
            name="threshold"
            label="Warn when the balance is below"
            hint="For all members of the account. Leave it empty and nobody is warned."
            defaultValue={state.threshold}
            errors={state.thresholdErrors}
          />
        </div>
      </Card>
      <Card id="alerts" title="E-mail me about">
        <fieldset className="flex flex-col gap-5 p-5">
          <legend className="sr-only">E-mail me about</legend>
          {ALERTS.map(({ kind, title, when }) => (
            <CheckField
              key={kind}
              name={kind}
              label={title}
              hint={when}
              defaultChecked={state.wanted.includes(kind)}
            />
          ))}
        </fieldset>
        <p className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
          Sent to <span className="text-ink">{email}</span>. Whatever is chosen here, you are told before
          numbers are lost because the balance is below zero.
        </p>
      </Card>
      <div className="flex items-center gap-4">
        <Button look="primary" type="submit" pending={pending}>
          Save
        </Button>
        <p role="status" className="text-ink-soft">
          {state.outcome === 'saved' && !pending && 'Saved.'}
        </p>
      </div>
    </form>
  )
}
