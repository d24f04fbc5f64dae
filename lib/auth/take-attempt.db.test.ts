import { expect, test } from 'vitest'
import { BillingError } from '@/lib/kit/errors'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { signInBuckets } from './limits'
import { takeAttempt } from './take-attempt'

const suite = useTestDatabase()

async function trySigningIn(email: string, client: string): Promise<string> {
  try {
    await takeAttempt(suite.db, signInBuckets(email, client))
    return 'ok'
  } catch (error) {
    if (error instanceof BillingError) return error.code
    throw error
  }
}

test('who guesses a password is stopped, and its owner at another address is not', async () => {
  const guesses: string[] = []
  for (let guess = 0; guess < 40; guess++) guesses.push(await trySigningIn('ada@example.com', 'guesser'))
  expect(guesses.filter((code) => code === 'ok').length).toBeLessThan(15)
  expect(await trySigningIn('ada@example.com', 'owner')).toBe('ok')
})

test('who guesses a password from many addresses is stopped too', async () => {
  const guesses: string[] = []
  for (let guess = 0; guess < 400; guess++) {
    guesses.push(await trySigningIn('bob@example.com', `client-${guess}`))
  }
  expect(guesses).toContain('rate_limited')
})
