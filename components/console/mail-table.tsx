import { Mail } from 'lucide-react'
import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { WideTable } from '@/components/ui/wide-table'
import type { SentMail } from '@/lib/core/console/list-mails'

type Props = Readonly<{ labelledBy: string; mails: readonly SentMail[] }>

const TONES: Readonly<Record<string, BadgeTone>> = { queued: 'accent', failed: 'danger' }

/** What was written to the account's people, and whether it has left. What stands in it is theirs alone. */
export function MailTable({ labelledBy, mails }: Props) {
  if (mails.length === 0) {
    return (
      <Empty icon={Mail} title="No mails">
        Warnings, alerts and invitations are listed here as they are written.
      </Empty>
    )
  }
  return (
    <WideTable labelledBy={labelledBy} columns={['Mail', 'To', 'Written', 'State']}>
      {mails.map((mail) => (
        <tr key={String(mail.id)}>
          <td className="font-medium">{mail.template}</td>
          <td>{mail.recipient}</td>
          <td className="whitespace-nowrap">
            <LocalTime at={mail.queuedAt.toISOString()} />
          </td>
          <td className="max-w-72">
            <Badge tone={TONES[mail.state] ?? 'plain'}>{mail.state}</Badge>
            {mail.sentAt !== null && (
              <span className="ml-2 text-[0.8125rem] whitespace-nowrap text-ink-soft" title="In real time">
                <LocalTime at={mail.sentAt.toISOString()} />
              </span>
            )}
            {mail.error !== null && (
              <span className="block text-[0.8125rem] wrap-anywhere text-ink-soft">
                {mail.error}
                {mail.failures > 1 && `, ${String(mail.failures)} times`}
              </span>
            )}
          </td>
        </tr>
      ))}
    </WideTable>
  )
}
