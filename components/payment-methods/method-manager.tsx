'use client'

import { CreditCard } from 'lucide-react'
import { useEffect, useRef, useState, useTransition } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { RowList } from '@/components/ui/row-list'
import { MethodTitle, methodDetail, methodName } from './method-words'
import type { PaymentMethodView } from './payment-method-view'
import { RemoveMethod } from './remove-method'

/** Each answers null when it is done, else what went wrong in a sentence. */
export type MethodActions = Readonly<{
  makeDefault: (id: string) => Promise<string | null>
  removeMethod: (id: string) => Promise<string | null>
}>

type Props = Readonly<{
  methods: readonly PaymentMethodView[]
  /** Null for who may only look. */
  actions: MethodActions | null
}>

type Told = Readonly<{ failed: boolean; text: string }>

const UNREACHABLE = 'The server could not be reached. Nothing was changed.'

/** The saved payment methods, and what may be done with each. What was done is said at the list's foot. */
export function MethodManager({ methods, actions }: Props) {
  const [told, setTold] = useState<Told | null>(null)
  const foot = useRef<HTMLParagraphElement>(null)

  // The button that was pressed is gone when it is done: the focus goes to what says so.
  useEffect(() => {
    if (told !== null && !told.failed) foot.current?.focus()
  }, [told])

  return (
    <>
      {methods.length === 0 ? (
        <Empty icon={CreditCard} title="No saved cards">
          A saved card pays for credits and renewals without being typed again. The first becomes the default.
        </Empty>
      ) : (
        <RowList labelledBy="payment-methods">
          {methods.map((method) => (
            <MethodRow key={method.id} method={method} actions={actions} tell={setTold} />
          ))}
        </RowList>
      )}
      <p
        ref={foot}
        role="status"
        tabIndex={-1}
        className={`mt-auto min-h-11 border-t border-line px-5 py-3 text-[0.8125rem] outline-offset-[-2px] ${told?.failed === true ? 'text-danger' : 'text-ink-soft'}`}
      >
        {told?.text ?? 'The default pays for renewals, and for credits that are bought without a form.'}
      </p>
    </>
  )
}

type RowProps = Readonly<{
  method: PaymentMethodView
  actions: MethodActions | null
  tell: (told: Told) => void
}>

function MethodRow({ method, actions, tell }: RowProps) {
  const [pending, startChange] = useTransition()
  const name = methodName(method)
  const detail = methodDetail(method)

  function makeDefault(run: MethodActions['makeDefault']) {
    startChange(async () => {
      const failure = await run(method.id).catch(() => UNREACHABLE)
      tell(
        failure === null
          ? { failed: false, text: `${name} is the default now.` }
          : { failed: true, text: failure },
      )
    })
  }

  return (
    <li className="flex flex-col gap-x-4 gap-y-2 px-5 py-3.5 sm:min-h-16 sm:flex-row sm:items-center sm:justify-between">
      <div className="flex min-w-0 items-center justify-between gap-4 sm:justify-start">
        <div className="min-w-0">
          <div className="truncate font-medium">
            <MethodTitle method={method} />
          </div>
          {detail !== undefined && <div className="truncate text-[0.8125rem] text-ink-soft">{detail}</div>}
        </div>
        <div className="flex gap-2">
          {method.card?.expired === true && <Badge tone="danger">Expired</Badge>}
          {method.isDefault && <Badge tone="accent">Default</Badge>}
        </div>
      </div>
      {actions !== null && (
        <div className="flex gap-2 sm:justify-end">
          {!method.isDefault && (
            <Button size="small" pending={pending} onClick={() => makeDefault(actions.makeDefault)}>
              Make default<span className="sr-only"> {name}</span>
            </Button>
          )}
          <RemoveMethod
            name={name}
            isDefault={method.isDefault}
            remove={() => actions.removeMethod(method.id).catch(() => UNREACHABLE)}
            onRemoved={() => tell({ failed: false, text: `${name} is removed.` })}
          />
        </div>
      )}
    </li>
  )
}
