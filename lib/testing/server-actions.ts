import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { BrowserSession } from './browser-session'

const manifest = z.object({
  node: z.record(
    z.string(),
    z.object({ exportedName: z.string(), filename: z.string(), workers: z.record(z.string(), z.unknown()) }),
  ),
})

export type ServerAction = Readonly<{ id: string; name: string; file: string; page: string }>

/** Every server action of the build, each with one page that it may be posted to. */
export function builtServerActions(): readonly ServerAction[] {
  const text = readFileSync(
    new URL('../../.next/server/server-reference-manifest.json', import.meta.url),
    'utf8',
  )
  return Object.entries(manifest.parse(JSON.parse(text)).node).map(([id, entry]) => ({
    id,
    name: entry.exportedName,
    file: entry.filename,
    page: pathOf(Object.keys(entry.workers)[0] ?? ''),
  }))
}

/** `app/(dashboard)/billing/page` is served at `/billing`. */
function pathOf(worker: string): string {
  return `/${worker
    .split('/')
    .slice(1, -1)
    .filter((part) => !part.startsWith('('))
    .join('/')}`
}

/** Calls an action as its page's script does. A form goes as `new FormData`, behind the form's last state. */
export function callAction(
  browser: BrowserSession,
  action: ServerAction,
  args: readonly unknown[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return browser.request(action.page, {
    method: 'POST',
    headers: { 'next-action': action.id, ...headers },
    body: encodeArguments(args),
  })
}

/** React's own encoding of arguments, as far as plain data and one form. */
export function encodeArguments(args: readonly unknown[]): FormData {
  const body = new FormData()
  const plain = args.map((argument, at) => {
    if (!(argument instanceof FormData)) return argument
    for (const [name, value] of argument) body.append(`_${String(at)}_${name}`, value)
    return `$K${String(at)}`
  })
  body.set('0', JSON.stringify(plain))
  return body
}

/**
 * Posts the form of a page as a browser without script does: with the fields that React put into it.
 * @throws Error if the page has no such form
 */
export async function postPageForm(
  browser: BrowserSession,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const html = await (await browser.request(path)).text()
  const form = /<form[^>]*>[\s\S]*?<\/form>/.exec(html)?.[0]
  if (form === undefined) throw new Error(`There is no form on ${path}.`)
  const body = new FormData()
  for (const [input] of form.matchAll(/<input type="hidden"[^>]*>/g)) {
    body.append(attribute(input, 'name'), attribute(input, 'value'))
  }
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return browser.request(path, { method: 'POST', body })
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
