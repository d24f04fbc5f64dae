import type { KeptMail } from './store'

/** Nothing a mail brings along may run, load or leave: it is shown in a frame of its own that may do none of it. */
export const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"

export function listPage(mails: readonly KeptMail[]): string {
  const rows = mails.map(
    (mail) => `<li><a href="/mails/${mail.id}"><b>${escape(mail.subject)}</b>
<span>to ${escape(mail.to.join(', '))}</span><time>${escape(shortTime(mail.receivedAt))}</time></a></li>`,
  )
  const body = rows.length === 0 ? '<p>No mail has arrived yet.</p>' : `<ul>${rows.join('\n')}</ul>`
  return page('Mailbox', `<p>What Talktime sends on this machine ends here.</p>${body}`)
}

export function mailPage(mail: KeptMail): string {
  return page(
    mail.subject,
    `<p><a href="/">All mails</a></p>
<dl><dt>From</dt><dd>${escape(mail.from)}</dd><dt>To</dt><dd>${escape(mail.to.join(', '))}</dd>
<dt>Received</dt><dd>${escape(shortTime(mail.receivedAt))}</dd></dl>
<iframe sandbox title="The mail" srcdoc="${escape(mail.html)}"></iframe>
<h2>As text</h2><pre>${escape(mail.text)}</pre>`,
  )
}

export function missingPage(): string {
  return page('Not found', '<p>There is no such mail. <a href="/">All mails</a></p>')
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escape(title)}</h1>${body}</main></body></html>
`
}

const STYLE = `
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: #18181b; background: #fafafa }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem }
ul { list-style: none; padding: 0 }
li a { display: grid; gap: .1rem; padding: .75rem 0; border-bottom: 1px solid #d4d4d8; color: inherit; text-decoration: none }
li a:hover b, li a:focus b { text-decoration: underline }
span, time, dt { color: #52525b; font-size: .875rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
dd { margin: 0 }
iframe { width: 100%; height: 36rem; border: 1px solid #d4d4d8; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid #d4d4d8; background: #fff }
`

function shortTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
