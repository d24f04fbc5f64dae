import { methodDetail, MethodTitle } from '@/components/payment-methods/method-words'
import type { PaymentMethodView } from '@/components/payment-methods/payment-method-view'

type Props = Readonly<{
  methods: readonly PaymentMethodView[]
  chosenId: string
  onChoose: (id: string) => void
  disabled: boolean
}>

/** Which saved method pays. */
export function MethodChoice({ methods, chosenId, onChoose, disabled }: Props) {
  return (
    <fieldset disabled={disabled}>
      <legend className="mb-1.5 text-[0.8125rem] font-medium">Pay with</legend>
      <div className="divide-y divide-line overflow-hidden rounded-lg border border-line-strong">
        {methods.map((method) => (
          <label
            key={method.id}
            className="flex min-h-11 cursor-pointer items-center gap-3 px-3 py-2 text-sm has-checked:bg-raised"
          >
            <input
              type="radio"
              name="method"
              value={method.id}
              checked={method.id === chosenId}
              onChange={() => onChoose(method.id)}
              className="size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 flex-1">
              <MethodTitle method={method} />
            </span>
            <span className="text-[0.8125rem] text-ink-soft">{methodDetail(method)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
