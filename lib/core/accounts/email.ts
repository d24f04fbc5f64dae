import { z } from 'zod'

/**
 * An e-mail address as it is stored and compared: NFKC, trimmed, lower case. It is judged after that, since what
 * looks like one address before can be another, or two, after.
 */
export const emailSchema = z
  .string('Enter a valid e-mail address')
  .max(254, 'Enter a valid e-mail address')
  .transform((text) => text.normalize('NFKC').trim().toLowerCase())
  .pipe(z.email('Enter a valid e-mail address').max(254, 'Enter a valid e-mail address'))

/**
 * The person behind an address, as far as the address tells: what follows a plus is the owner's own label, and Gmail
 * ignores dots. Only for telling whether someone had the welcome credit; mail is sent to the address as it was given.
 */
export function foldEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const local = email.slice(0, at).replace(/\+.*$/, '')
  const domain = email.slice(at + 1)
  const isGmail = domain === 'gmail.com' || domain === 'googlemail.com'
  return isGmail ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`
}
