import { ROLES } from '@/components/members/role-words'
import type { RoleView } from '@/components/members/views'
import type { OrganisationView, SwitchAction } from '@/components/shell/organisation-switcher'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Row, RowList } from '@/components/ui/row-list'

type Props = Readonly<{
  organisations: readonly (OrganisationView & Readonly<{ role: RoleView }>)[]
  switchTo: SwitchAction
}>

/** Each with the reader's role in it, and the way to it. */
export function OrganisationList({ organisations, switchTo }: Props) {
  return (
    <RowList labelledBy="organisations">
      {organisations.map(({ name, slug, role, isCurrent }) => (
        <Row key={slug} title={name} detail={`${ROLES[role].name} · ${slug}`}>
          {isCurrent ? (
            <Badge tone="accent">Current</Badge>
          ) : (
            <form action={switchTo}>
              <input type="hidden" name="slug" value={slug} />
              <Button size="small" type="submit">
                Switch<span className="sr-only"> to {name}</span>
              </Button>
            </form>
          )}
        </Row>
      ))}
    </RowList>
  )
}
