import type { TestProject } from 'vitest/node'
import { holdTestServer, type TestServer } from './test-server'

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- vitest merges into this interface
  export interface ProvidedContext {
    testServer: TestServer
  }
}

/** Vitest's global set-up for every project that needs a database. */
export default async function provideTestServer(project: TestProject): Promise<() => Promise<void>> {
  const held = await holdTestServer()
  project.provide('testServer', held.server)
  return held.release
}
