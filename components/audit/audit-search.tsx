import { PageLink } from '@/components/shell/page-link'
import { Button, buttonClass } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { SelectField } from '@/components/ui/select-field'
import { AUDIT_ACTIONS } from '@/lib/core/audit/actions'
import type { AuditFilter } from '@/lib/core/audit/read-audit'

const ANY = { value: '', text: 'Anything' }

/** A form without a script: the log has an address for what is looked for. */
export function AuditSearch({ filter }: Readonly<{ filter: AuditFilter }>) {
  const actions = Object.entries(AUDIT_ACTIONS).map(([value, text]) => ({ value, text }))
  return (
    <form action="/admin/audit" role="search" className="flex flex-col gap-4 border-b border-line p-5">
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-5">
        <div className="col-span-2 lg:col-span-1">
          <Field
            name="who"
            label="Who"
            type="email"
            placeholder="name@example.com"
            autoComplete="off"
            maxLength={320}
            defaultValue={filter.email ?? ''}
          />
        </div>
        <Field
          name="account"
          label="Account"
          inputMode="numeric"
          placeholder="Its number"
          autoComplete="off"
          maxLength={18}
          defaultValue={filter.accountId === null ? '' : String(filter.accountId)}
        />
        <SelectField
          name="action"
          label="What"
          options={[ANY, ...actions]}
          defaultValue={filter.action ?? ''}
        />
        <Field name="from" label="From" type="date" defaultValue={filter.from ?? ''} />
        <Field name="to" label="To" type="date" defaultValue={filter.to ?? ''} />
      </div>
      <div className="flex justify-end gap-2">
        <PageLink href="/admin/audit" className={buttonClass('quiet', 'small')}>
          Show everything
        </PageLink>
        <Button type="submit" look="secondary" size="small">
          Search
        </Button>
      </div>
    </form>
  )
}
