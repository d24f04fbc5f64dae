'use client'

import { useEffect, useRef } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'

type Props = Readonly<{ title: string; children: string; href: string; link: string }>

/** How it ended, in the place of the form; takes the focus that went with the form's button. */
export function AdjustmentDone({ title, children, href, link }: Props) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [])
  return (
    <div ref={panel} tabIndex={-1} role="status" className="flex flex-col items-start gap-4 p-5 outline-none">
      <div>
        <p className="font-medium">{title}</p>
        <p className="text-ink-soft">{children}</p>
      </div>
      <PageLink href={href} className={buttonClass('secondary')}>
        {link}
      </PageLink>
    </div>
  )
}
