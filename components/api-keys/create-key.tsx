'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { CreateKeyForm, type CreateAction } from './create-key-form'

/** Opens the form for a new key; each opening starts afresh, so that a key made before is never shown again. */
export function CreateKey({ create }: Readonly<{ create: CreateAction }>) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Icon of={Plus} />
        Create key
      </Button>
      <Dialog open={open} title="Create an API key" onClose={() => setOpen(false)}>
        <CreateKeyForm create={create} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}
