'use client'

import { useCallback, useEffect, useRef, useState, useTransition, type SyntheticEvent } from 'react'
import { newIdempotencyKey } from '@/components/top-up/new-idempotency-key'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Skeleton } from '@/components/ui/skeleton'
import { ChangeQuoteTable } from './change-quote-table'
import { ChangeRefused } from './change-refused'
import type { ChangeActions, ChangeQuote, ChangeRefusal, Interval, PreviewAnswer } from './views'

type Props = Readonly<{ to: Interval; actions: ChangeActions; onDone: () => void }>

const UNREACHABLE: PreviewAnswer = {
  kind: 'failed',
  message: 'The server could not be reached.',
  codeErrors: [],
}

const UNANSWERED: ChangeRefusal = {
  kind: 'refused',
  message: 'The server could not be reached. Pressing again does not charge twice.',
}

/** What the change charges today, to the cent; what is confirmed is what was shown. */
export function ChangeIntervalForm({ to, actions, onDone }: Props) {
  const { quote, failure, asking, ask } = useQuote(to, actions)
  const [refusal, setRefusal] = useState<ChangeRefusal | null>(null)
  const [changing, startChange] = useTransition()

  function applyCode(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault()
    const code = new FormData(event.currentTarget).get('promotionCode')
    setRefusal(null)
    ask(typeof code === 'string' && code.trim() !== '' ? code.trim() : null)
  }

  function confirm({ quote: { promotionCode, prorationDate }, key }: Quoted) {
    startChange(async () => {
      const input = { interval: to, promotionCode, prorationDate, idempotencyKey: key }
      const refused = await actions.change(input).catch(() => UNANSWERED)
      setRefusal(refused)
      if (refused === null) onDone()
      if (refused?.kind === 'stale') ask(promotionCode)
    })
  }

  return (
    <div className="flex flex-col gap-5">
      <form onSubmit={applyCode} className="grid grid-cols-[1fr_auto] items-start gap-2">
        <Field
          name="promotionCode"
          label="Promotion code"
          autoComplete="off"
          maxLength={200}
          data-initial-focus
          errors={failure?.codeErrors ?? []}
        />
        <Button type="submit" pending={asking && quote !== null} className="mt-6.5">
          Apply
        </Button>
      </form>
      {quote !== null && <ChangeQuoteTable quote={quote.quote} />}
      {quote === null && failure === null && <Asking />}
      {failure !== null && failure.codeErrors.length === 0 && (
        <Alert live tone="danger" title="What it costs cannot be said now">
          {failure.message} Nothing was changed.
        </Alert>
      )}
      {refusal !== null && <ChangeRefused refusal={refusal} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Keep it as it is</Button>
        <Button
          look="primary"
          pending={changing}
          disabled={quote === null || asking || failure !== null}
          onClick={() => quote !== null && confirm(quote)}
        >
          Confirm and pay
        </Button>
      </div>
    </div>
  )
}

/** A quote, with the key under which it may be confirmed once. */
type Quoted = Readonly<{ quote: ChangeQuote; key: string }>

/** The newest quote that was asked for; answers that come late are dropped. */
function useQuote(to: Interval, { preview }: ChangeActions) {
  const [quote, setQuote] = useState<Quoted | null>(null)
  const [failure, setFailure] = useState<Extract<PreviewAnswer, { kind: 'failed' }> | null>(null)
  const [asking, setAsking] = useState(true)
  const attempt = useRef(0)

  const request = useCallback(
    (promotionCode: string | null) => {
      const mine = ++attempt.current
      const show = (answer: PreviewAnswer) => {
        if (mine !== attempt.current) return
        setAsking(false)
        setFailure(answer.kind === 'failed' ? answer : null)
        if (answer.kind === 'quoted') setQuote({ quote: answer.quote, key: newIdempotencyKey() })
      }
      preview({ interval: to, promotionCode }).then(show, () => show(UNREACHABLE))
    },
    [preview, to],
  )

  useEffect(() => request(null), [request])

  function ask(promotionCode: string | null) {
    setAsking(true)
    request(promotionCode)
  }

  return { quote, failure, asking, ask }
}

function Asking() {
  return (
    <div>
      <p role="status" className="sr-only">
        Asking what it costs
      </p>
      <Skeleton className="h-64 w-full" />
    </div>
  )
}
