import type { ComponentProps } from 'react'
import { Field } from '@/components/ui/field'

type Props = Omit<ComponentProps<typeof Field>, 'lead' | 'type' | 'inputMode' | 'autoComplete'>

/** Where an amount in dollars is typed; `readDollars` reads it. */
export function DollarField(field: Props) {
  return <Field {...field} lead="$" inputMode="decimal" autoComplete="off" />
}
