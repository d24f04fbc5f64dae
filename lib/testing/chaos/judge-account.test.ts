import { describe, expect, it } from 'vitest'
import { judgeAccount, type Books, type PaidInvoice, type Said } from './judge-account'

const PAID: PaidInvoice = {
  id: 'in_1',
  names: ['ord_1'],
  cents: 1_000,
  refunded: 300,
  lost: 0,
  open: 200,
}
const BOOKS: Books = {
  deposits: [{ invoiceId: 'in_1', micros: 10_000_000n }],
  returns: [
    { invoiceId: 'in_1', clawed: 3_000_000n, share: 0n, held: 0n },
    { invoiceId: 'in_1', clawed: 0n, share: 2_000_000n, held: 1_500_000n },
  ],
  usage: new Map([['u1', 40n]]),
  welcome: 5_000_000n,
  balance: 10_499_960n,
}
const SAID: Said = {
  purchases: new Map([['ord_1', 1_000]]),
  unknownPurchases: [],
  checkouts: new Map(),
  usage: new Map([['u1', 40n]]),
  usageSent: new Set(['u1', 'u2']),
}

describe('judgeAccount', () => {
  it('finds nothing where all is as it was said', () => {
    expect(judgeAccount([PAID], BOOKS, SAID)).toEqual([])
  })

  it.each<[string, readonly PaidInvoice[], Partial<Books>, Partial<Said>]>([
    ['a payment that is not booked', [PAID], { deposits: [] }, {}],
    ['one that is booked twice', [PAID], { deposits: [...BOOKS.deposits, ...BOOKS.deposits] }, {}],
    [
      'one that is booked with another amount',
      [{ ...PAID, cents: 999 }],
      {},
      { purchases: new Map([['ord_1', 999]]) },
    ],
    ['a deposit that nobody paid', [], {}, { purchases: new Map() }],
    ['an acknowledged purchase without a charge', [{ ...PAID, names: ['ord_2'] }], {}, {}],
    ['a charge that nobody asked for', [PAID], {}, { purchases: new Map() }],
    ['a purchase that was charged twice', [PAID, { ...PAID, id: 'in_2' }], {}, { unknownPurchases: ['k'] }],
    ['a refund that was not taken back', [{ ...PAID, refunded: 301 }], {}, {}],
    [
      'a dispute that froze nothing',
      [PAID],
      { returns: BOOKS.returns.slice(0, 1), balance: 11_999_960n },
      {},
    ],
    ['usage that was acknowledged and is not there', [PAID], { usage: new Map(), balance: 10_500_000n }, {}],
    ['usage that nobody sent', [PAID], {}, { usage: new Map(), usageSent: new Set() }],
    ['a balance that does not come out', [PAID], { balance: 0n }, {}],
  ])('finds %s', (_what, paid, books, said) => {
    expect(judgeAccount(paid, { ...BOOKS, ...books }, { ...SAID, ...said })).not.toEqual([])
  })

  it('takes at most what was paid, refunds and disputes together', () => {
    const paid = { ...PAID, refunded: 800, lost: 1_000, open: 500 }
    const returns = [{ invoiceId: 'in_1', clawed: 10_000_000n, share: 0n, held: 0n }]
    expect(judgeAccount([paid], { ...BOOKS, returns, balance: 4_999_960n }, SAID)).toEqual([])
  })
})
