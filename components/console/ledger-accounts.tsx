import { Amount } from '@/components/money/amount'
import { WideTable } from '@/components/ui/wide-table'
import type { LedgerAccounts as Accounts } from '@/lib/core/console/list-ledger-accounts'
import { LEDGER_WORDS, ledgerName } from './ledger-words'

type Props = Readonly<{ labelledBy: string; ledger: Accounts }>

/** The chart of an account: what each holds, and that all of it together is nothing. */
export function LedgerAccounts({ labelledBy, ledger: { accounts, sum } }: Props) {
  return (
    <WideTable labelledBy={labelledBy} columns={['Ledger account', 'What it holds', { amounts: 'Balance' }]}>
      {accounts.map(({ kind, balance }) => (
        <tr key={kind}>
          <td className="font-medium">{ledgerName(kind)}</td>
          <td className="text-ink-soft">{LEDGER_WORDS[kind]?.holds}</td>
          <td className="text-right">
            <Amount money={balance} className={balance.micros === 0n ? 'text-ink-soft' : ''} />
          </td>
        </tr>
      ))}
      <tr>
        <td className="font-medium">Together</td>
        <td className={sum.micros === 0n ? 'text-ink-soft' : 'font-medium text-danger'}>
          {sum.micros === 0n ? 'Nothing was made or lost' : 'The books are wrong: this must be zero'}
        </td>
        <td className="text-right">
          <Amount money={sum} className={sum.micros === 0n ? 'font-medium' : 'font-medium text-danger'} />
        </td>
      </tr>
    </WideTable>
  )
}
