import { newId } from '@/lib/kit/ids'
import type { Dialect } from './dialect'
import { transportRefusal } from './refusal'
import { refusalResponse } from './respond'
import type { RouteHandler } from './route-definition'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/**
 * Every method of one path, so that those it has no handler for are refused in the dialect's own words (405) and
 * not in Next's. Use: `export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = endpoint(dialect, { GET: … })`.
 */
export function endpoint(
  dialect: Dialect,
  handlers: Readonly<Partial<Record<Method, RouteHandler>>>,
): Record<Method, RouteHandler> {
  const allowed = Object.keys(handlers).sort().join(', ')
  const refuse: RouteHandler = () => {
    const response = refusalResponse(dialect, transportRefusal('method_not_allowed', newId('req')))
    response.headers.set('allow', allowed)
    return Promise.resolve(response)
  }
  return {
    GET: refuse,
    POST: refuse,
    PUT: refuse,
    PATCH: refuse,
    DELETE: refuse,
    OPTIONS: refuse,
    ...handlers,
  }
}

/** Every method of the paths that a dialect does not have (its catch-all route). */
export function unknownPath(dialect: Dialect): Record<Method, RouteHandler> {
  const refuse: RouteHandler = () =>
    Promise.resolve(refusalResponse(dialect, transportRefusal('route_not_found', newId('req'))))
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, OPTIONS: refuse }
}
