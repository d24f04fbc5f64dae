import type { ReactNode } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'

type Props = Readonly<{ id: string; title: string; href: string; children: ReactNode }>

/** How one thing stands, in a sentence, and the page that says more. */
export function Standing({ id, title, href, children }: Props) {
  return (
    <Card
      id={id}
      title={title}
      aside={
        <PageLink href={href} className={buttonClass('secondary', 'small')}>
          Open<span className="sr-only"> {title}</span>
        </PageLink>
      }
    >
      <p className="px-5 py-4">{children}</p>
    </Card>
  )
}
