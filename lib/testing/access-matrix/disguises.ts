import { request } from 'node:http'

/** Other ways to write a path, each of which once slipped past a guard in front of a framework. */
export const DISGUISES: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => `//localhost${path}`,
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/x/%2e%2e${path}`,
  (path) => path.replace('/b', '/%62').replace('/s', '/%73').replace('/a', '/%61'),
  (path) => path.replace(/(.)\//, '$1%2f'),
  (path) => path.replace(/(.)\//, '$1%252f'),
  (path) => path.replace(/(.)\//, '$1\\'),
  (path) => path.toUpperCase(),
  (path) => `/en${path}`,
  (path) => `/_next/data/x${path}.json`,
  (path) => `${path}.rsc`,
  (path) => `${path}.segments/_tree.segment.rsc`,
  (path) => `${path}${path.includes('?') ? '&' : '?'}_rsc=1`,
  (path) => `${path};a=b`,
  (path) => `${path}%00`,
  (path) => `${path}#x`,
]

/** What Next and its kin take for their own, and once believed. */
export const INNER_HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
  { rsc: '1', 'next-router-state-tree': encodeURIComponent('["",{"children":["admin",{},null,"refetch"]}]') },
]

/** Sends the path as it is written: a URL would take out what is to be seen by the server. */
export function getAsWritten(
  appUrl: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<{ status: number; text: string }>> {
  const { hostname, port } = new URL(appUrl)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
