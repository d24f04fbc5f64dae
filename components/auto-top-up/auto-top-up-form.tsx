'use client'

import { useState, useTransition, type SyntheticEvent } from 'react'
import { DollarField } from '@/components/money/dollar-field'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CheckField } from '@/components/ui/check-field'
import { SelectField } from '@/components/ui/select-field'
import { DAY_OF_MONTH_MAX } from '@/lib/core/auto-top-ups/auto-top-up'
import { moneyString } from '@/lib/kit/money-text'
import { draftOf, termsOfDraft } from './read-draft'
import type { AutoTopUpView, Draft, SaveAction, SaveAnswer } from './views'
import { WorstCaseCard } from './worst-case-card'

/** A payment method that can be chosen. */
export type MethodChoice = Readonly<{ id: string; name: string }>

type Props = Readonly<{
  view: AutoTopUpView
  /** Null where they could not be asked about: what is chosen stays. */
  methods: Readonly<{ choices: readonly MethodChoice[]; defaultName: string | null }> | null
  save: SaveAction
}>

const UNREACHABLE: SaveAnswer = {
  kind: 'refused',
  message: 'The server could not be reached. Reload to see what is saved, and whether it has charged.',
  fieldErrors: {},
}

/** When the balance is topped up by itself, by how much and with what; beside it, what that can cost. */
export function AutoTopUpForm({ view, methods, save }: Props) {
  const [draft, setDraft] = useState(() => draftOf(view))
  const [answer, setAnswer] = useState<SaveAnswer | null>(null)
  const [saving, startSaving] = useTransition()

  function submit(event: SyntheticEvent) {
    event.preventDefault()
    startSaving(async () => setAnswer(await save(draft).catch(() => UNREACHABLE)))
  }

  function change(part: Partial<Draft>) {
    setDraft((before) => ({ ...before, ...part }))
    if (answer?.kind === 'saved') setAnswer(null)
  }

  const errors = answer?.kind === 'refused' ? answer.fieldErrors : {}
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Card id="settings" title="Settings">
        <form onSubmit={submit} noValidate className="flex flex-col">
          <div className="flex flex-col gap-6 p-5">
            <CheckField
              name="enabled"
              label="Top up by itself"
              hint="A saved card is charged without asking again. You can switch this off at any time."
              checked={draft.enabled}
              onChange={(event) => change({ enabled: event.target.checked })}
            />
            <ThresholdFields view={view} draft={draft} change={change} errors={errors} />
            <ScheduleFields draft={draft} change={change} errors={errors} />
            <SelectField
              name="paymentMethodId"
              label="Pay with"
              options={methodOptions(methods, draft.paymentMethodId)}
              value={draft.paymentMethodId}
              onChange={(event) => change({ paymentMethodId: event.target.value })}
              errors={errors['paymentMethodId'] ?? []}
            />
          </div>
          <Foot answer={answer} saving={saving} />
        </form>
      </Card>
      <WorstCaseCard terms={termsOfDraft(draft, view)} now={view.now} />
    </div>
  )
}

type FieldsProps = Readonly<{
  draft: Draft
  change: (part: Partial<Draft>) => void
  errors: Readonly<Record<string, readonly string[]>>
}>

function ThresholdFields({ view, draft, change, errors }: FieldsProps & Readonly<{ view: AutoTopUpView }>) {
  const daily = moneyString(view.dailyLimit)
  return (
    <>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <DollarField
          name="threshold"
          label="When the balance falls below"
          value={draft.threshold}
          onChange={(event) => change({ threshold: event.target.value })}
          errors={errors['threshold'] ?? []}
        />
        <DollarField
          name="amount"
          label="Add"
          value={draft.amount}
          onChange={(event) => change({ amount: event.target.value })}
          errors={errors['amount'] ?? []}
        />
      </div>
      <DollarField
        name="monthlyCap"
        label="Monthly limit (optional)"
        hint={`Charges of a calendar month, by threshold and schedule, end here. ${daily} a day is the limit in any case.`}
        value={draft.monthlyCap}
        onChange={(event) => change({ monthlyCap: event.target.value })}
        errors={errors['monthlyCap'] ?? []}
      />
    </>
  )
}

const DAYS = Array.from({ length: DAY_OF_MONTH_MAX }, (_, index) => String(index + 1))

function ScheduleFields({ draft, change, errors }: FieldsProps) {
  return (
    <fieldset className="flex flex-col gap-5 border-y border-line py-5">
      <legend className="sr-only">Schedule</legend>
      <CheckField
        name="scheduledEnabled"
        label="Also add credits every month"
        hint="On the same day of each month, in UTC, whatever the balance is."
        checked={draft.scheduledEnabled}
        onChange={(event) => change({ scheduledEnabled: event.target.checked })}
      />
      {draft.scheduledEnabled && (
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <SelectField
            name="dayOfMonth"
            label="Day of the month"
            options={DAYS.map((day) => ({ value: day, text: day }))}
            value={draft.dayOfMonth}
            onChange={(event) => change({ dayOfMonth: event.target.value })}
            errors={errors['dayOfMonth'] ?? []}
          />
          <DollarField
            name="scheduledAmount"
            label="Add every month"
            value={draft.scheduledAmount}
            onChange={(event) => change({ scheduledAmount: event.target.value })}
            errors={errors['scheduledAmount'] ?? []}
          />
        </div>
      )}
    </fieldset>
  )
}

function methodOptions(methods: Props['methods'], chosen: string) {
  const byDefault = methods?.defaultName ?? null
  const choices = methods?.choices ?? []
  const isGone = chosen !== '' && !choices.some(({ id }) => id === chosen)
  return [
    { value: '', text: byDefault === null ? 'The default card' : `Default: ${byDefault}` },
    ...choices.map(({ id, name }) => ({ value: id, text: name })),
    ...(isGone
      ? [{ value: chosen, text: methods === null ? 'The card chosen before' : 'A card removed since' }]
      : []),
  ]
}

function Foot({ answer, saving }: Readonly<{ answer: SaveAnswer | null; saving: boolean }>) {
  return (
    <div className="flex flex-col gap-4 border-t border-line px-5 py-4">
      {answer?.kind === 'refused' && <Alert live tone="danger" title={answer.message} />}
      <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
        <p role="status" className="mr-auto text-ink-soft">
          {answer?.kind === 'saved' && savedInWords(answer.topUp)}
        </p>
        <Button look="primary" type="submit" pending={saving}>
          Save
        </Button>
      </div>
    </div>
  )
}

function savedInWords(topUp: Extract<SaveAnswer, { kind: 'saved' }>['topUp']): string {
  switch (topUp) {
    case 'charged':
      return 'Saved. The balance was below the threshold and has been topped up.'
    case 'begun':
      return 'Saved. The balance is below the threshold: a charge is on its way.'
    case 'failed':
      return 'Saved. The balance is below the threshold, but the charge failed: see below.'
    case null:
      return 'Saved.'
  }
}
