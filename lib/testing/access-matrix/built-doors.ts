import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { builtServerActions, type ServerAction } from '../server-actions'

/** Everything of the build that a request can reach: addresses as the build writes them, `/billing/invoices/[invoiceId]`. */
export type BuiltDoors = Readonly<{
  pages: readonly string[]
  routes: readonly string[]
  /** By how the matrix calls them: the file below app/ without groups and ending, and the name. */
  actions: ReadonlyMap<string, ServerAction>
}>

/** Made by Next for itself, and reached by no address. */
const INTERNAL = new Set(['/_global-error/page'])

export function builtDoors(): BuiltDoors {
  const addresses = z.record(z.string(), z.string()).parse(readManifest('app-path-routes-manifest.json'))
  // What is served is what the server's own list has; the other one knows the addresses.
  const served = Object.keys(
    z.record(z.string(), z.string()).parse(readManifest('server/app-paths-manifest.json')),
  )
  const addressesOf = (kind: 'page' | 'route') =>
    served
      .filter((entry) => entry.endsWith(`/${kind}`) && !INTERNAL.has(entry))
      .map((entry) => addresses[entry] ?? `(no address) ${entry}`)
  return {
    pages: addressesOf('page'),
    routes: addressesOf('route'),
    actions: new Map(builtServerActions().map((action) => [nameOf(action), action])),
  }
}

function nameOf({ file, name }: ServerAction): string {
  const below = file.replace(/^app\//, '').replace(/\.tsx?$/, '')
  const parts = below.split('/').filter((part) => !part.startsWith('('))
  return `${parts.join('/')} ${name}`
}

function readManifest(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../.next/${name}`, import.meta.url), 'utf8'))
}

/** Every script and style of the build, as it is served to anyone. */
export function builtFilesForBrowsers(): readonly Readonly<{ name: string; text: string }>[] {
  const folder = new URL('../../../.next/static/', import.meta.url)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|css|map|json)$/.test(name))
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
}
