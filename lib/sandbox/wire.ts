import type Stripe from 'stripe'

/** The version whose objects and rules this program speaks. */
export const API_VERSION = '2026-10-28.endive'

type OtherString = string & Record<never, never>
type Equal<A, B> = (<G>() => G extends A ? 1 : 2) extends <G>() => G extends B ? 1 : 2 ? true : false
type Closed<T> = T extends string ? (Equal<T, OtherString> extends true ? never : T) : T

/** The SDK's type as it travels: decimals are strings, and enums take only the values that Stripe lists. */
export type Wire<T> = T extends Stripe.Decimal
  ? string
  : T extends string | number | boolean | null | undefined
    ? Closed<T>
    : T extends (infer U)[]
      ? Wire<U>[]
      : T extends object
        ? { [K in keyof T]: Wire<T[K]> }
        : T

/** Where the SDK says "an id or the object", the id: what is stored. Expansion happens when answering. */
type Unexpanded<T> = string extends T ? Exclude<T, object> : T

/** The wire form with nothing expanded; assignable to `Wire<T>`. */
export type Stored<T> = T extends Stripe.Decimal
  ? string
  : T extends string | number | boolean | null | undefined
    ? Closed<T>
    : T extends (infer U)[]
      ? Stored<Unexpanded<U>>[]
      : T extends object
        ? { [K in keyof T]: Stored<Unexpanded<T[K]>> }
        : T

export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }
