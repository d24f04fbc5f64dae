import { ApiError } from './api-error'
import type { FormMap, FormNode } from './form'

/** Reads one parameter; `input` is undefined where it was not sent. @throws ApiError of status 400. */
export type Field<T> = (input: FormNode | undefined, path: string) => T
export type Shape = Readonly<Record<string, Field<unknown>>>
export type Values<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> }

/** Reads all parameters of a shape, and refuses those it does not name. */
export function readShape<S extends Shape>(shape: S, input: FormMap, path: string): Values<S> {
  for (const key of input.keys()) {
    if (Object.hasOwn(shape, key)) continue
    const name = path === '' ? key : `${path}[${key}]`
    throw new ApiError(400, {
      type: 'invalid_request_error',
      code: 'parameter_unknown',
      message: `Received unknown parameter: ${name}`,
      param: name,
    })
  }
  const values = Object.fromEntries(
    Object.entries(shape).map(([key, field]) => [
      key,
      field(input.get(key), path === '' ? key : `${path}[${key}]`),
    ]),
  )
  // Each value was made by the field of its own key, which is what Values<S> says.
  return values as Values<S>
}
