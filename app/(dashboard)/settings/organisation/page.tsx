import type { Metadata } from 'next'
import { NewOrganisation } from '@/components/organisation/new-organisation'
import { OrganisationForm } from '@/components/organisation/organisation-form'
import { OrganisationList } from '@/components/organisation/organisation-list'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { Row } from '@/components/ui/row-list'
import { listOrganisations } from '@/lib/core/organisations/list-organisations'
import { requireUser } from '@/lib/http/require-user'
import { createNew, saveNames, switchTo } from './actions'

export const metadata: Metadata = { title: 'Organisation' }

export default async function OrganisationPage() {
  const { ctx } = await requireUser()
  const organisations = await listOrganisations(ctx)
  const current = organisations.find(({ isCurrent }) => isCurrent)
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('members:write')
  return (
    <Page
      title="Organisation"
      lead="Balance, numbers, cards and members belong to an organisation. You can be in several."
      action={<NewOrganisation create={createNew} />}
    >
      {current !== undefined && (
        <Card id="names" title="Name and address">
          {mayWrite ? (
            <OrganisationForm name={current.name} slug={current.slug} save={saveNames} />
          ) : (
            <ul aria-labelledby="names" className="divide-y divide-line">
              <Row title={current.name} detail="Name" />
              <Row title={current.slug} detail="In addresses of the API" />
            </ul>
          )}
        </Card>
      )}
      <Card id="organisations" title="Your organisations" className="mt-5">
        <OrganisationList organisations={organisations} switchTo={switchTo} />
      </Card>
    </Page>
  )
}
