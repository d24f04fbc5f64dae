import { expect, test } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import { watchDeposits, type WalletNow } from './watch-deposits'

const OLD = { invoiceId: 'in_old', amount: usdFromCents(1000) }
const NEW = { invoiceId: 'in_new', amount: usdFromCents(2500) }

/** A watch over answers given one after the other (the last one for good), in a time that passes without waiting. */
async function watchOver(answers: readonly (WalletNow | Error)[], giveUpAfterMs = 180_000) {
  const seen = { reads: 0, waits: [] as number[], slowAfter: null as number | null }
  const total = () => seen.waits.reduce((sum, wait) => sum + wait, 0)
  const credited = await watchDeposits({
    known: new Set([OLD.invoiceId]),
    read: () => {
      const answer = answers[Math.min(seen.reads++, answers.length - 1)]
      if (answer === undefined) throw new Error('There is an answer.')
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
    wait: (milliseconds) => Promise.resolve(void seen.waits.push(milliseconds)),
    giveUpAfterMs,
    onSlow: () => (seen.slowAfter = total()),
  })
  return { credited, ...seen, waited: total() }
}

const before: WalletNow = { balance: usdFromCents(1000), cardDeposits: [OLD] }
const after: WalletNow = { balance: usdFromCents(3500), cardDeposits: [NEW, OLD] }

test('a deposit that is there already is found without waiting', async () => {
  const watch = await watchOver([after])
  expect(watch.credited).toEqual({ ...NEW, balance: usdFromCents(3500) })
  expect(watch.waits).toEqual([])
})

test('a deposit that comes later is found, and reading stops with it', async () => {
  const watch = await watchOver([before, before, after])
  expect(watch.credited?.invoiceId).toBe('in_new')
  expect(watch.reads).toBe(3)
  expect(watch.waited).toBeLessThan(2_000)
})

test('a read that fails is made again', async () => {
  const watch = await watchOver([new Error('no connection'), after])
  expect(watch.credited?.invoiceId).toBe('in_new')
})

test('what was known before never counts as the payment', async () => {
  const watch = await watchOver([before], 10_000)
  expect(watch.credited).toBeNull()
})

test('reading slows down, says so once, and ends', async () => {
  const watch = await watchOver([before])
  expect(watch.credited).toBeNull()
  expect(watch.slowAfter).toBeGreaterThan(8_000)
  expect(watch.slowAfter).toBeLessThan(20_000)
  expect([...watch.waits].sort((a, b) => a - b)).toEqual(watch.waits)
  expect(Math.max(...watch.waits)).toBe(5_000)
  expect(watch.reads).toBeLessThan(60)
})
