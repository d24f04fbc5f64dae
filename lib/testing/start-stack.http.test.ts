import { describe, expect, it } from 'vitest'
import { useStack } from './use-stack'

describe('the whole product as processes', () => {
  const stack = useStack({ apps: 2 })

  it('serves the app from each instance', async () => {
    for (const app of stack().apps) {
      const response = await fetch(`${app.url}/api/health/live`)
      expect(response.status).toBe(200)
    }
  })

  it('keeps idle connections longer than proxies do, who would otherwise send into one that closes', async () => {
    const { headers } = await fetch(`${stack().appUrl}/api/health/live`)
    expect(headers.get('keep-alive')).toBe('timeout=75')
  })

  it('asks for a credential over the API', async () => {
    const response = await fetch(`${stack().appUrl}/api/v1/billing`)
    expect(response.status).toBe(401)
  })

  it('comes back at the same address after a kill -9', async () => {
    const [app] = stack().apps
    await app?.process.kill()
    await expect(fetch(`${stack().appUrl}/api/health/live`)).rejects.toThrow()
    await app?.process.start()
    expect((await fetch(`${stack().appUrl}/api/health/live`)).status).toBe(200)
  })
})
