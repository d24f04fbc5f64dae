import type { Instant } from '@/lib/kit/clock'

/** A mail's body: paragraphs, lists of short lines, and one link. Plain text, to be laid out and escaped by `layOut`. */
export type MailPart =
  | Readonly<{ kind: 'paragraph'; text: string }>
  | Readonly<{ kind: 'list'; lines: readonly string[] }>
  | Readonly<{ kind: 'link'; label: string; url: string }>

export type MailContent = Readonly<{ subject: string; parts: readonly MailPart[] }>

const LINES_MAX = 20

export const paragraph = (text: string): MailPart => ({ kind: 'paragraph', text })
export const link = (label: string, url: string): MailPart => ({ kind: 'link', label, url })

/** The first 20 lines, and how many more there are. */
export function list(lines: readonly string[]): MailPart {
  const more = lines.length - LINES_MAX
  return { kind: 'list', lines: more > 0 ? [...lines.slice(0, LINES_MAX), `and ${more} more`] : lines }
}

const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' })
const time = new Intl.DateTimeFormat('en-US', { timeStyle: 'short', timeZone: 'UTC' })

/** `Tuesday, March 31, 2026` */
export function dayInWords(moment: Instant): string {
  return day.format(moment)
}

/** `Tuesday, March 31, 2026, at 9:30 AM UTC`: nobody's time zone is known here. */
export function momentInWords(moment: Instant): string {
  // Intl parts the hour from its half of the day with a space that mail programs show as a box.
  return `${dayInWords(moment)}, at ${time.format(moment).replace(/\s/g, ' ')} UTC`
}

/** The body twice: as text for every reader, and as HTML, in which nothing of what it was told is markup. */
export function layOut({
  subject,
  parts,
}: MailContent): Readonly<{ subject: string; text: string; html: string }> {
  const body = parts.map(partAsHtml).join('\n')
  return {
    subject,
    text: `${parts.map(partAsText).join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>
<body style="margin:0;background:#f6f6f7;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;color:#18181b">
<div style="max-width:34rem;margin:0 auto;padding:2rem 1.5rem;background:#ffffff;line-height:1.5">
${body}
</div></body></html>
`,
  }
}

function partAsText(part: MailPart): string {
  switch (part.kind) {
    case 'paragraph':
      return part.text
    case 'list':
      return part.lines.map((line) => `  ${line}`).join('\n')
    case 'link':
      return `${part.label}: ${part.url}`
  }
}

function partAsHtml(part: MailPart): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p>${escape(part.text)}</p>`
    case 'list':
      return `<ul>${part.lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`
    case 'link':
      return `<p><a href="${escape(part.url)}" style="display:inline-block;padding:.6rem 1rem;background:#18181b;color:#ffffff;text-decoration:none;border-radius:.5rem">${escape(part.label)}</a></p>`
  }
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
