import { ApiError } from './api-error'

/** Form parameters as a tree: `a[b][0]=c` is {a: {b: {0: 'c'}}}. Lists are maps with the keys 0, 1, 2, … */
export type FormNode = string | FormMap
export type FormMap = ReadonlyMap<string, FormNode>
type Building = Map<string, string | Building>

const MAX_DEPTH = 12

/** @throws ApiError where a key cannot be read or is given both as a value and as a map. */
export function decodeForm(text: string): FormMap {
  const root: Building = new Map()
  for (const [key, value] of new URLSearchParams(text)) {
    if (value.includes('\u0000')) throw malformed(key)
    place(root, segmentsOf(key), value, key)
  }
  return root
}

function segmentsOf(key: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key)
  const [, head, rest] = match ?? []
  if (head === undefined || rest === undefined) throw malformed(key)
  const segments = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '')]
  if (segments.length > MAX_DEPTH) throw malformed(key)
  return segments
}

function place(root: Building, segments: readonly string[], value: string, key: string): void {
  let node = root
  segments.forEach((segment, depth) => {
    // `a[]=x` appends.
    const name = segment === '' ? String(node.size) : segment
    if (depth === segments.length - 1) {
      if (node.get(name) instanceof Map) throw malformed(key)
      node.set(name, value)
      return
    }
    const next = node.get(name)
    if (typeof next === 'string') throw malformed(key)
    const child: Building = next ?? new Map<string, string | Building>()
    node.set(name, child)
    node = child
  })
}

function malformed(key: string): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message: `Invalid parameter name or value: ${key.slice(0, 100)}`,
  })
}
