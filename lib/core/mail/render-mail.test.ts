import { describe, expect, it } from 'vitest'
import { renderMail } from './render-mail'

const APP = 'https://app.talktime.example'
const running = {
  accountName: 'Bakery & Sons',
  step: 'below-zero',
  owedMicros: '4120001',
  belowZeroSince: '2026-03-01T09:30:15.250Z',
  releaseAt: '2026-03-31T15:05:00.000Z',
  numbers: ['+12125550100', '+14155550101'],
}
const released = {
  accountName: 'Bakery',
  owedMicros: '3000000',
  numbers: ['+12125550100'],
  releasedAt: '2026-03-31T15:05:00.000Z',
}

describe('the mails of an account below zero', () => {
  it('say what is owed, until when, and which numbers are at stake', () => {
    const { subject, text } = renderMail('running-out', running, APP)
    expect(subject).toBe(
      'Your balance is below zero: your numbers will be released on Tuesday, March 31, 2026',
    )
    expect(text).toBe(`Hello,

the balance of your account Bakery & Sons has been below zero since Sunday, March 1, 2026. You owe $4.13.

Your numbers keep working until Tuesday, March 31, 2026, at 3:05 PM UTC. If the balance is still below zero then, these numbers are released, and may go to someone else:

  +12125550100
  +14155550101

Add $4.13 or more in credits before then and you keep every one. A subscription keeps them too.

Add credits: https://app.talktime.example/billing
`)
  })

  it.each([
    ['week', 'Your number will be released on Tuesday, March 31, 2026'],
    ['day', 'Last reminder: your number will be released on Tuesday, March 31, 2026, at 3:05 PM UTC'],
  ])('remind a %s before', (step, subject) => {
    const mail = renderMail('running-out', { ...running, step, numbers: ['+12125550100'] }, APP)
    expect(mail.subject).toBe(subject)
    expect(mail.text).toContain('this number is released')
  })

  it('say what was released', () => {
    const { subject, text } = renderMail('released', released, APP)
    expect(subject).toBe('Your number was released')
    expect(text).toContain('On Tuesday, March 31, 2026, at 3:05 PM UTC this number was released')
    expect(text).toContain('You still owe $3.00.')
    const many = {
      ...released,
      numbers: Array.from({ length: 23 }, (_, line) => `+121255501${String(line)}`),
    }
    const all = renderMail('released', many, APP)
    expect(all.subject).toBe('Your 23 numbers were released')
    expect(all.text).toContain('\n  and 3 more\n')
  })
})

describe('an invitation', () => {
  const data = { accountName: 'Bakery & Sons', invitedBy: 'Ada', role: 'billing', token: 'a-b_c' }

  it('says who invites to what, for what, and leads to its page', () => {
    const { subject, text } = renderMail('invitation', data, APP)
    expect(subject).toBe('You are invited to an organisation on Talktime')
    expect(text).toContain(
      'Ada invites you to join Bakery & Sons on Talktime, where you could see everything and pay for it.',
    )
    expect(text).toContain('See the invitation: https://app.talktime.example/invitation?token=a-b_c')
  })

  it('puts nothing of a stranger into its subject', () => {
    const { subject } = renderMail(
      'invitation',
      { ...data, accountName: 'Your bank', invitedBy: 'Bank' },
      APP,
    )
    expect(subject).not.toMatch(/bank/i)
  })
})

describe('the mail of an automatic top-up that switched itself off', () => {
  it.each([
    ['charges_failed', 'three charges of it failed one after the other, the last for $50.00.'],
    ['payment_method_missing', 'there is no payment method left that could be charged.'],
  ])('says why, and that nothing more is charged: %s', (reason, why) => {
    const data = { accountName: 'Bakery', reason, amountMicros: '50000000' }
    const { subject, text } = renderMail('auto-top-up-stopped', data, APP)
    expect(subject).toBe('Automatic top-up has switched itself off')
    expect(text).toContain(
      `automatic top-up of your account Bakery has switched itself off: ${why} Nothing more is charged`,
    )
    expect(text).toContain('Open automatic top-up: https://app.talktime.example/settings/auto-top-up')
  })
})

describe('the alerts', () => {
  const renew = {
    accountName: 'Bakery',
    quantity: 3,
    interval: 'monthly',
    priceMicros: '12000000',
    renewsAt: '2026-03-31T15:05:00.000Z',
  }
  const failed = {
    accountName: 'Bakery',
    amountMicros: '25000000',
    trigger: 'threshold',
    brand: 'visa',
    last4: '4242',
    declineCode: 'insufficient_funds',
  }
  const card = {
    accountName: 'Bakery',
    brand: 'mastercard',
    last4: '4444',
    expMonth: 3,
    expYear: 2027,
    isDefault: true,
  }

  it('say what the balance is, and what it fell below', () => {
    const low = { accountName: 'Bakery', balanceMicros: '-4120001', thresholdMicros: '5000000' }
    const { subject, text } = renderMail('low-balance', low, APP)
    expect(subject).toBe('Your balance is −$4.13')
    expect(text).toContain('has fallen below $5.00, as you wanted to be told. It is −$4.13 now.')
    expect(text).toContain('https://app.talktime.example/settings/notifications')
  })

  it('say what renews when, and what it costs', () => {
    const { subject, text } = renderMail('renewal', renew, APP)
    expect(subject).toBe('Your subscription renews on Tuesday, March 31, 2026')
    expect(text).toContain('for another month: 3 numbers at $12.00 a month, $36.00 before any discount.')
    const annual = renderMail('renewal', { ...renew, interval: 'annual', quantity: 1 }, APP)
    expect(annual.text).toContain('for another year: 1 number at $12.00 a year, $12.00 before')
  })

  it.each([
    ['threshold', 'an automatic top-up of your account Bakery, $25.00 with Visa ending in 4242, failed.'],
    ['scheduled', 'an automatic top-up of your account Bakery'],
    ['test', 'the test of automatic top-up in your account Bakery'],
    ['manual', 'a program tried to add $25.00 to your account Bakery with Visa ending in 4242'],
  ])('say which payment failed: %s', (trigger, words) => {
    const { subject, text } = renderMail('failed-purchase', { ...failed, trigger }, APP)
    expect(subject).toBe('A payment of $25.00 failed')
    expect(text).toContain(words)
    expect(text).toContain('Nothing was charged. There is not enough money on the card.')
  })

  it('say nothing of a card where none was found, and no reason of the bank that is not for customers', () => {
    const bare = { ...failed, brand: null, last4: null }
    expect(renderMail('failed-purchase', bare, APP).text).toContain('with your payment method, failed.')
    for (const declineCode of ['fraudulent', null]) {
      const { text } = renderMail('failed-purchase', { ...failed, declineCode }, APP)
      expect(text).toContain('The bank gave no reason that we may pass on.')
      expect(text).not.toContain('fraud')
    }
  })

  it('say that a renewal failed, and what becomes of it', () => {
    const { subject, text } = renderMail('failed-renewal', { accountName: 'Bakery', quantity: 2 }, APP)
    expect(subject).toBe('Your subscription could not be renewed')
    expect(text).toContain('for 2 numbers, could not be paid')
  })

  it('say which card expires when, and what that means', () => {
    const { subject, text } = renderMail('expiring-card', card, APP)
    expect(subject).toBe('Your card Mastercard ending in 4444 expires soon')
    expect(text).toContain('good until the end of 03/2027')
    expect(text).toContain('It is your default')
    expect(renderMail('expiring-card', { ...card, isDefault: false }, APP).text).toContain('not your default')
  })
})

describe('the mail about a purchase whose bank wants the customer', () => {
  const purchase = {
    accountName: 'Bakery',
    amountMicros: '25000000',
    brand: 'visa',
    last4: '3184',
    automatic: false,
    url: `${APP}/pay/token`,
    expiresAt: '2026-03-31T15:05:00.000Z',
  }

  it('names amount, card, link and how long that is good', () => {
    const { subject, text } = renderMail('confirm-purchase', purchase, APP)
    expect(subject).toBe('Confirm your payment of $25.00')
    expect(text).toContain('a purchase of $25.00 in credits for your account Bakery needs your confirmation')
    expect(text).toContain('your card ending in 3184')
    expect(text).toContain(`Confirm the payment: ${APP}/pay/token`)
    expect(text).toContain('Tuesday, March 31, 2026, at 3:05 PM UTC')
  })

  it('says when nobody bought it by hand, and gets along without a card', () => {
    const mail = { ...purchase, automatic: true, brand: null, last4: null }
    const { text } = renderMail('confirm-purchase', mail, APP)
    expect(text).toContain('an automatic top-up of $25.00')
    expect(text).toContain('pays with your payment method')
  })
})

describe('the HTML of a mail', () => {
  it('has nothing of a stranger in it as markup', () => {
    const accountName = `<img src=x onerror="alert('1')">&amp;`
    const { html, text } = renderMail('running-out', { ...running, accountName, numbers: ['<b>'] }, APP)
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;')
    expect(html).toContain('<li>&lt;b&gt;</li>')
    expect(html).not.toMatch(/<img|<b>|onerror="/)
    expect(text).toContain(accountName)
  })

  it('links to the billing page', () => {
    expect(renderMail('released', released, `${APP}/`).html).toContain(
      'href="https://app.talktime.example/billing"',
    )
  })

  it.each([{}, { ...running, owedMicros: '1.5' }, { ...running, releaseAt: 'soon' }, null])(
    'is not made of data that are not its own: %j',
    (data) => {
      expect(() => renderMail('running-out', data, APP)).toThrow()
    },
  )
})

it('the mail about a look of staff says who, when and why, and lets the reason be no markup', () => {
  const look = {
    accountName: 'Bakery & Sons',
    staff: 'Priya Raman',
    reason: 'They asked about <b>invoice 17</b>',
    startedAt: '2026-03-01T09:30:15.250Z',
  }
  const { subject, text, html } = renderMail('staff-access', look, APP)
  expect(subject).toBe('Our staff is looking into your account Bakery & Sons')
  expect(text).toBe(`Hello,

Priya Raman of our staff began to look into your account Bakery & Sons on Sunday, March 1, 2026, at 9:30 AM UTC. They can see what you see and change nothing, for half an hour at most. The reason they gave:

They asked about <b>invoice 17</b>

You can see what they look at, and let nobody in from now on:

See who looked into the account: https://app.talktime.example/settings/access

What you are told of is yours to choose: https://app.talktime.example/settings/notifications
`)
  expect(html).toContain('They asked about &lt;b&gt;invoice 17&lt;/b&gt;')
})
