import type { Kind } from '../store/kinds'
import type { Unit } from '../store/unit'
import type { FormMap } from './form'
import { readShape, type Shape, type Values } from './parse-shape'

/** What a handler is given. */
export type Call<P> = CallContext & Readonly<{ params: P }>

export type CallContext = Readonly<{
  unit: Unit
  /** The first and second variable part of the path; empty where it has none. */
  id: string
  subId: string
  /** Where browsers reach this program, without a slash at the end. */
  baseUrl: string
}>

/** What expansion is checked against: one object, a list of them, or nothing expandable. */
export type Answers =
  | Kind
  | `list:${Kind}`
  | 'event'
  | 'list:event'
  | 'line_item'
  | 'list:line_item'
  | 'subscription_item'
  | 'list:subscription_item'
  | 'deleted'

export type Route = Readonly<{
  method: 'GET' | 'POST' | 'DELETE'
  pattern: string
  answers: Answers
  /** Checks the parameters and gives back the deed itself. @throws ApiError where a parameter is refused. */
  prepare(form: FormMap): (context: CallContext) => Promise<object>
}>

/** Declares one endpoint: its parameters, what it answers, and what it does. */
export function route<S extends Shape>(
  method: Route['method'],
  pattern: string,
  answers: Answers,
  shape: S,
  run: (call: Call<Values<S>>) => Promise<object>,
): Route {
  return {
    method,
    pattern,
    answers,
    prepare: (form) => {
      const params = readShape(shape, form, '')
      return (context) => run({ ...context, params })
    },
  }
}

export type Matched = Readonly<{ route: Route; id: string; subId: string }>

/** Finds the route of a path; fixed parts win over variables. */
export function routeMatcher(routes: readonly Route[]): (method: string, path: string) => Matched | null {
  const byLength = new Map<string, { route: Route; parts: string[] }[]>()
  for (const entry of routes) {
    const parts = entry.pattern.split('/')
    const key = `${entry.method}:${parts.length}`
    byLength.set(key, [...(byLength.get(key) ?? []), { route: entry, parts }])
  }
  for (const candidates of byLength.values()) {
    candidates.sort((a, b) => variables(a.parts) - variables(b.parts))
  }
  return (method, path) => {
    const segments = path.split('/')
    for (const { route: found, parts } of byLength.get(`${method}:${segments.length}`) ?? []) {
      const [id = '', subId = ''] = parts.flatMap((part, index) =>
        part.startsWith(':') ? [decoded(segments[index] ?? '')] : [],
      )
      if (parts.every((part, index) => part.startsWith(':') || part === segments[index])) {
        return { route: found, id, subId }
      }
    }
    return null
  }
}

function variables(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith(':')).length
}

/** A broken escape stays as it came, and then names nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
