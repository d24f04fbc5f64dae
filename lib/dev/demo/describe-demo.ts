import { ORGANISATION, PASSWORD, PEOPLE } from '../seed/people'

type Demo = Readonly<{ url: string; stripeUrl: string; mailboxUrl: string; apiKey: string; folder: string }>

/** What a person needs to know once everything runs. */
export function describeDemo({ url, stripeUrl, mailboxUrl, apiKey, folder }: Demo): string {
  const rows = [
    ['Open', url],
    ['', ''],
    ['An owner with a history', PEOPLE.owner.email],
    [`Also a viewer of ${ORGANISATION.slug}`, PEOPLE.colleague.email],
    ['Fresh from sign-up', PEOPLE.newcomer.email],
    ['Below zero, a week to go', PEOPLE.behind.email],
    ['Staff, for the console', PEOPLE.staff.email],
    ['The second of them', PEOPLE.secondStaff.email],
    ['Password of each', PASSWORD],
    ['', ''],
    ['Organisation', `${ORGANISATION.slug}, on the plan Basic`],
    ['API key', apiKey],
    ['Try it', `curl -H "Authorization: Bearer ${apiKey}" ${url}/api/v1/billing`],
    ['', ''],
    ['Card that pays', '4242 4242 4242 4242, any future date, any CVC'],
    ['Card that declines', '4000 0000 0000 0002'],
    ['Local Stripe', stripeUrl],
    ['Mailbox', mailboxUrl],
    ['Logs', `${folder}/logs`],
  ] as const
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`.trimEnd())
  return `\n${lines.join('\n')}\n\n  Ctrl-C stops everything; the data stay for the next start.\n\n`
}
