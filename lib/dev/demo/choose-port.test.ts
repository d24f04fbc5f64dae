import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { freePort } from '../free-port'
import { LaunchError } from '../launch-error'
import { choosePort } from './choose-port'

const held: Server[] = []

afterEach(async () => {
  for (const server of held.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function hold(port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  held.push(server)
  return port
}

it('takes the port it is given where that is free, and says nothing', async () => {
  const said: string[] = []
  const port = await freePort()
  const chosen = await choosePort({ port, isFixed: false, isWorthWaiting: false }, (text) => said.push(text))
  expect(chosen).toBe(port)
  expect(said).toEqual([])
})

it('goes on to a later port where nobody asked for this one, and says so', async () => {
  const said: string[] = []
  const port = await hold(await freePort())
  const chosen = await choosePort({ port, isFixed: false, isWorthWaiting: false }, (text) => said.push(text))
  expect(chosen).toBeGreaterThan(port)
  expect(chosen).toBeLessThanOrEqual(port + 20)
  expect(said).toEqual([
    `Port ${String(port)} is in use by another program, so it will be ${String(chosen)}.`,
  ])
})

it('refuses where the port was asked for', async () => {
  const port = await hold(await freePort())
  await expect(choosePort({ port, isFixed: true, isWorthWaiting: false }, () => {})).rejects.toThrow(
    LaunchError,
  )
})

it('waits for a port that an ending run still holds', async () => {
  const port = await hold(await freePort())
  const choosing = choosePort({ port, isFixed: true, isWorthWaiting: true }, () => {})
  await new Promise((resolve) => held.splice(0)[0]?.close(resolve))
  expect(await choosing).toBe(port)
})
