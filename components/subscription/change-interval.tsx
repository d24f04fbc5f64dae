'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ChangeIntervalForm } from './change-interval-form'
import type { ChangeActions, Interval } from './views'

const WORDS: Readonly<Record<Interval, string>> = { monthly: 'monthly', annual: 'annual' }

/** Opens the way to the other interval, with what that costs today. */
export function ChangeInterval({ to, actions }: Readonly<{ to: Interval; actions: ChangeActions }>) {
  const [open, setOpen] = useState(false)
  const title = `Switch to ${WORDS[to]} billing`
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
        {title}
      </Button>
      <Dialog open={open} title={title} onClose={() => setOpen(false)}>
        <ChangeIntervalForm to={to} actions={actions} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}
