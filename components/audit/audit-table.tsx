import { ScrollText } from 'lucide-react'
import { Fragment } from 'react'
import { Amount } from '@/components/money/amount'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { WideTable } from '@/components/ui/wide-table'
import { AUDIT_ACTIONS } from '@/lib/core/audit/actions'
import type { AuditEntry } from '@/lib/core/audit/audit-entry'
import { usd } from '@/lib/kit/money'

type Props = Readonly<{ labelledBy: string; entries: readonly AuditEntry[] }>

export function AuditTable({ labelledBy, entries }: Props) {
  if (entries.length === 0) {
    return (
      <Empty icon={ScrollText} title="Nothing of the kind">
        Whatever staff do, and whoever changes what others may do, is written down here.
      </Empty>
    )
  }
  return (
    <WideTable labelledBy={labelledBy} columns={['When', 'Who', 'What', 'Account']}>
      {entries.map((entry) => (
        <AuditRow key={String(entry.id)} entry={entry} />
      ))}
    </WideTable>
  )
}

function AuditRow({ entry }: Readonly<{ entry: AuditEntry }>) {
  const { occurredAt, actor, email, asStaff, accountId, accountName, action, target, reason, details } = entry
  return (
    <tr>
      <td className="whitespace-nowrap">
        <LocalTime at={`${occurredAt.slice(0, 23)}Z`} />
      </td>
      <td>
        <span className="flex items-center gap-2">
          {email ?? actor}
          {asStaff && <Badge tone="accent">Staff</Badge>}
        </span>
        {email !== null && actor.startsWith('token:') && (
          <span className="block text-[0.8125rem] text-ink-soft">by an access token</span>
        )}
      </td>
      <td className="max-w-80 min-w-64">
        <span className="font-medium">{wordsOf(action)}</span>
        {reason !== null && <span className="block wrap-anywhere">{reason}</span>}
        {target !== null && <span className="block font-mono text-xs break-all text-ink-soft">{target}</span>}
        <Details details={details} />
      </td>
      <td>
        {accountId !== null && (
          <PageLink
            href={`/admin/accounts/${String(accountId)}`}
            className="rounded-sm underline-offset-4 hover:underline"
          >
            {accountName}
          </PageLink>
        )}
      </td>
    </tr>
  )
}

function Details({ details }: Pick<AuditEntry, 'details'>) {
  const known = Object.entries(details)
  if (known.length === 0) return null
  return (
    <span className="block text-xs wrap-anywhere text-ink-soft">
      {known.map(([name, value], index) => (
        <Fragment key={name}>
          {index > 0 && ' · '}
          <Detail name={name} value={value} />
        </Fragment>
      ))}
    </span>
  )
}

/** Amounts are written down in micro-dollars, under a name that ends so. */
function Detail({ name, value }: Readonly<{ name: string; value: string }>) {
  const stem = /^(\w*)[mM]icros$/.exec(name)?.[1]
  if (stem === undefined || !/^-?\d{1,18}$/.test(value)) return `${name} ${value}`
  return (
    <>
      {stem === '' ? 'amount' : stem} <Amount money={usd(BigInt(value))} />
    </>
  )
}

/** An action of an earlier version is called by its name. */
function wordsOf(action: string): string {
  return isKnown(action) ? AUDIT_ACTIONS[action] : action
}

function isKnown(action: string): action is keyof typeof AUDIT_ACTIONS {
  return Object.hasOwn(AUDIT_ACTIONS, action)
}
