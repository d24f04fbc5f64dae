'use client'

import { useActionState, useEffect, useState } from 'react'
import { PhoneNumber } from '@/components/billing/phone-number'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Skeleton } from '@/components/ui/skeleton'
import { QuoteTable } from './quote-table'
import type { BuyActions, BuyState, QuoteAnswer } from './views'

type Props = Readonly<{ purchaseKey: string; actions: BuyActions; onDone: () => void }>

const ASKING: BuyState = { kind: 'asking', message: null, areaCode: '', areaErrors: [] }
const UNREACHABLE: QuoteAnswer = { kind: 'failed', message: 'The server could not be reached.' }

/** What a number costs today, and the button that buys it at that price. */
export function BuyNumberForm({ purchaseKey, actions, onDone }: Props) {
  const [state, submit, pending] = useActionState(actions.buy, ASKING)
  const [answer, setAnswer] = useState<QuoteAnswer | null>(null)
  const { quote: ask } = actions

  useEffect(() => {
    let isShown = true
    const show = (next: QuoteAnswer) => isShown && setAnswer(next)
    ask().then(show, () => show(UNREACHABLE))
    return () => {
      isShown = false
    }
  }, [ask])

  if (state.kind === 'bought') {
    return <Bought number={state.number} covered={state.covered} quote={answer} onDone={onDone} />
  }
  const quote = answer?.kind === 'quoted' ? answer.quote : null
  return (
    <form action={submit} className="flex flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <input type="hidden" name="key" value={purchaseKey} />
      <input type="hidden" name="quotedAt" value={quote?.kind === 'card' ? quote.quotedAt : ''} />
      <Field
        name="areaCode"
        label="Area code"
        hint="Three digits, as in 415. Leave it empty for any."
        inputMode="numeric"
        autoComplete="off"
        maxLength={3}
        data-initial-focus
        defaultValue={state.areaCode}
        errors={state.areaErrors}
      />
      {answer === null && <QuoteSkeleton />}
      {answer?.kind === 'failed' && (
        <Alert live tone="danger" title="What it costs cannot be said now">
          {answer.message} Nothing was bought. Close this and try again.
        </Alert>
      )}
      {quote !== null && <QuoteTable quote={quote} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button
          look="primary"
          type="submit"
          pending={pending}
          disabled={quote === null || quote.kind === 'short'}
        >
          Buy number
        </Button>
      </div>
    </form>
  )
}

function QuoteSkeleton() {
  return (
    <div className="min-h-53">
      <p role="status" className="sr-only">
        Asking what it costs
      </p>
      <Skeleton className="h-53 w-full" />
    </div>
  )
}

type BoughtProps = Readonly<{
  number: string
  covered: boolean
  quote: QuoteAnswer | null
  onDone: () => void
}>

function Bought({ number, covered, quote, onDone }: BoughtProps) {
  const wasToBeCovered = quote?.kind === 'quoted' && ['card', 'unit'].includes(quote.quote.kind)
  return (
    <div className="flex flex-col gap-5">
      <div role="status">
        <p className="text-lg font-semibold">
          <PhoneNumber number={number} />
        </p>
        <p className="mt-1 text-ink-soft">
          {covered
            ? 'This number is yours, and the subscription covers it from now on.'
            : 'This number is yours. Its rent and its use are paid from the balance.'}
        </p>
      </div>
      {wasToBeCovered && !covered && (
        <Alert tone="caution" title="The subscription does not cover it">
          The charge did not go through as quoted, so the number is pay as you go for now. If the payment
          still arrives, the number is covered by itself.
        </Alert>
      )}
      <div className="flex justify-end">
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}
