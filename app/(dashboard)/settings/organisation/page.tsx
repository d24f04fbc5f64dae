import type { Metadata } from 'next'
import { NotShown } from '@/components/impersonation/not-shown'
import { NewOrganisation } from '@/components/organisation/new-organisation'
import { OrganisationForm } from '@/components/organisation/organisation-form'
import { OrganisationList } from '@/components/organisation/organisation-list'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { Row } from '@/components/ui/row-list'
import { getOrganisation } from '@/lib/core/organisations/get-organisation'
import { listOrganisations } from '@/lib/core/organisations/list-organisations'
import { requireUser } from '@/lib/http/require-user'
import { createNew, saveNames, switchTo } from './actions'

export const metadata: Metadata = { title: 'Organisation' }

export default async function OrganisationPage() {
  const { ctx, impersonation } = await requireUser()
  const isVisit = impersonation !== null
  const [current, organisations] = await Promise.all([
    getOrganisation(ctx),
    isVisit ? [] : listOrganisations(ctx),
  ])
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('members:write')
  return (
    <Page
      title="Organisation"
      lead="Balance, numbers, cards and members belong to an organisation. You can be in several."
      action={!isVisit && <NewOrganisation create={createNew} />}
    >
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
      <Card id="organisations" title="Your organisations" className="mt-5">
        {isVisit ? (
          <NotShown>Which organisations people are in is theirs to see.</NotShown>
        ) : (
          <OrganisationList organisations={organisations} switchTo={switchTo} />
        )}
      </Card>
    </Page>
  )
}
