'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { CreateTokenForm, type CreateTokenAction } from './create-token-form'

/** Opens the form for a new token; each opening starts afresh, so that one made before is never shown again. */
export function CreateToken({ create }: Readonly<{ create: CreateTokenAction }>) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Icon of={Plus} />
        Create token
      </Button>
      <Dialog open={open} title="Create an access token" onClose={() => setOpen(false)}>
        <CreateTokenForm create={create} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}
