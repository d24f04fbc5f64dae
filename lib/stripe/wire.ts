import type { Stripe } from 'stripe'

type OtherString = string & Record<never, never>
type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends <G>() => G extends B ? 1 : 2 ? true : false
type Closed<T> = T extends string ? (Same<T, OtherString> extends true ? never : T) : T

/**
 * An SDK type as it is on the wire, with its enums closed: the SDK leaves every enum open, so that a misspelt or
 * outdated value (`ui_mode: 'embedded'`) would compile. Parameters are written `satisfies Wire<…Params>`.
 */
export type Wire<T> = T extends Stripe.Decimal
  ? string
  : T extends string | number | boolean | null | undefined
    ? Closed<T>
    : T extends (infer U)[]
      ? Wire<U>[]
      : T extends object
        ? { [K in keyof T]: Wire<T[K]> }
        : T
