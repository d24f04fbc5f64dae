import { expect, it } from 'vitest'
import { renderMail } from './render-mail'

const APP = 'https://app.talktime.example'
const mail = (news: string, micros: Readonly<Record<string, string>>) =>
  renderMail(
    'payment-dispute',
    {
      accountName: 'Bakery',
      news,
      amountMicros: '25000000',
      heldMicros: '0',
      clawedMicros: '0',
      debtMicros: '0',
      ...micros,
    },
    APP,
  )

it('tells of a dispute what is frozen, and what to do where it is a mistake', () => {
  const { subject, text } = mail('opened', { heldMicros: '19000000' })
  expect(subject).toBe('A payment of $25.00 is disputed')
  expect(text).toContain('$19.00 of its credit is frozen')
  expect(text).toContain('tell your bank that it is yours')
  expect(mail('opened', {}).text).not.toContain('frozen and')
})

it('tells of a warning that nobody has taken anything back', () => {
  expect(mail('warned', {}).text).toContain('Nobody has taken it back.')
})

it('tells how a dispute ended, and what is owed after a lost one', () => {
  expect(mail('won', {}).text).toContain('Its credit is yours again, as it was.')
  const lost = mail('lost', { clawedMicros: '25000000', debtMicros: '6500000' }).text
  expect(lost).toContain('$25.00 of credit was taken back with it.')
  expect(lost).toContain('your account owes $6.50. What you pay next repays this first.')
  expect(mail('lost', { clawedMicros: '25000000' }).text).not.toContain('owes')
})
