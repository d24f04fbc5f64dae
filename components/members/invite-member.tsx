'use client'

import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { InviteForm, type InviteAction } from './invite-form'

/** Opens the form; each opening starts afresh. */
export function InviteMember({ invite }: Readonly<{ invite: InviteAction }>) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Icon of={UserPlus} />
        Invite
      </Button>
      <Dialog open={open} title="Invite someone" onClose={() => setOpen(false)}>
        <InviteForm invite={invite} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}
