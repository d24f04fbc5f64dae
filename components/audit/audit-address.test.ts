import { describe, expect, it } from 'vitest'
import { auditAddress, auditQuery } from './audit-address'

const NOTHING = { email: null, accountId: null, action: null, from: null, to: null }

describe('auditQuery', () => {
  it('reads what the search says', () => {
    expect(
      auditQuery.parse({
        who: ' Ada@Example.com ',
        account: '17',
        action: 'key.created',
        from: '2027-03-01',
        to: '2027-03-31',
      }),
    ).toEqual({
      filter: {
        email: 'ada@example.com',
        accountId: 17n,
        action: 'key.created',
        from: '2027-03-01',
        to: '2027-03-31',
      },
      cursor: null,
    })
  })

  it.each([
    [{ who: 'ada' }],
    [{ who: 'a\0da@example.com' }],
    [{ who: ['ada@example.com'] }],
    [{ account: '0' }],
    [{ account: '9'.repeat(19) }],
    [{ action: 'constructor' }],
    [{ from: '2027-02-29' }],
    [{ from: '0000-01-01' }],
    [{ to: '0000-12-31' }],
    [{ to: '2027-3-1' }],
  ])('leaves aside %j, which PostgreSQL would refuse or nobody asks for', (address) => {
    expect(auditQuery.parse(address)).toEqual({ filter: NOTHING, cursor: null })
  })

  it('reads back what an address was made of', () => {
    const view = { filter: { ...NOTHING, email: 'a+b@example.com', accountId: 3n }, cursor: 'x~1' }
    const { searchParams } = new URL(auditAddress(view), 'http://localhost')
    expect(auditQuery.parse(Object.fromEntries(searchParams))).toEqual(view)
  })
})
