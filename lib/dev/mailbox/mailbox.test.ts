import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseEnv } from '@/lib/env'
import { invariant } from '@/lib/kit/assert'
import { openMailer } from '@/lib/server/smtp-mailer'
import { productEnv } from '@/lib/testing/product-env'
import { startMailbox, type Mailbox } from './start'

const folder = mkdtempSync(path.join(tmpdir(), 'talktime-mailbox-'))
const file = path.join(folder, 'mails.jsonl')
let mailbox: Mailbox

beforeAll(async () => {
  mailbox = await startMailbox({ smtpPort: 0, pagePort: 0, file })
})
afterAll(async () => {
  await mailbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The product's own mailer, by configuration alone. */
function mailer(overrides: Readonly<Record<string, string>> = {}) {
  const given = { SMTP_URL: mailbox.smtpUrl, MAIL_FROM: 'Talktime <billing@talktime.example>', ...overrides }
  const opened = openMailer(
    parseEnv(productEnv({ appUrl: 'postgres://a', readonlyUrl: 'postgres://b' }, given)),
  )
  invariant(opened !== null, 'a mailer is configured')
  return opened
}

const MAIL = {
  id: 'mail-1',
  to: 'ada@example.com',
  subject: 'Größe, 📞 and “quotes”',
  text: 'Hello,\n\n.a line that begins with a point\n',
  html: `<p>Hello <b>Ada</b> & "others"</p>`,
}
const page = async (where: string) => {
  const response = await fetch(new URL(where, mailbox.pageUrl))
  return {
    status: response.status,
    policy: response.headers.get('content-security-policy'),
    text: await response.text(),
  }
}

describe('a mail sent by configuration alone', () => {
  it('arrives whole, from us, under a name of its own', async () => {
    expect((await page('/')).text).toContain('No mail has arrived yet.')
    await mailer().send(MAIL)
    const list = await page('/')
    expect(list.text).toContain('Größe, 📞 and “quotes”')
    expect(list.text).toContain('to ada@example.com')
    const { text } = await page('/mails/1')
    expect(text).toContain('<dd>billing@talktime.example</dd>')
    expect(text).toContain('.a line that begins with a point')
    expect(text).toContain('srcdoc="&lt;p&gt;Hello &lt;b&gt;Ada&lt;/b&gt;')
  })

  it('goes to one address, whatever stands in it', async () => {
    await mailer().send({ ...MAIL, id: 'mail-2', to: '"a,b"@example.com' })
    expect((await page('/mails/2')).text).toContain('example.com</dd>')
    await expect(mailer().send({ ...MAIL, to: 'a@example.com\r\nRCPT TO:<b@example.com>' })).rejects.toThrow()
  })

  it('fails where nobody takes it', async () => {
    await expect(mailer({ SMTP_URL: 'smtp://127.0.0.1:9' }).send(MAIL)).rejects.toThrow()
  })

  it('is not sent at all without a server, and a server needs a sender', () => {
    const env = productEnv({ appUrl: 'postgres://a', readonlyUrl: 'postgres://b' })
    expect(openMailer(parseEnv(env))).toBeNull()
    expect(() => parseEnv({ ...env, SMTP_URL: 'smtp://mail.example' })).toThrow(/MAIL_FROM is not set/)
    expect(() => parseEnv({ ...env, SMTP_URL: 'https://mail.example', MAIL_FROM: 'a@b.example' })).toThrow(
      /SMTP/,
    )
    expect(() => parseEnv({ ...env, MAIL_FROM: 'nobody' })).toThrow(/e-mail address/)
  })
})

describe('the page of the mailbox', () => {
  it('lets nothing that a mail brings along run or load', async () => {
    await mailer().send({
      ...MAIL,
      id: 'mail-3',
      subject: '<script>alert(1)</script>',
      html: '"><script>alert(2)</script>',
    })
    for (const where of ['/', '/mails/3']) {
      const { text, policy } = await page(where)
      expect(text).not.toContain('<script>')
      expect(policy).toContain("default-src 'none'")
    }
    expect((await page('/mails/3')).text).toContain('<iframe sandbox ')
  })

  it.each(['/mails/99', '/mails/x', '/mails/1/..', '/elsewhere'])('has no %s', async (where) => {
    expect((await page(where)).status).toBe(404)
  })

  it('keeps mails for the next start', async () => {
    const again = await startMailbox({ smtpPort: 0, pagePort: 0, file })
    const response = await fetch(again.pageUrl)
    expect(await response.text()).toContain('Größe, 📞')
    await again.stop()
  })
})
