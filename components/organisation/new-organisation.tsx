'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { NewOrganisationForm, type CreateOrganisationAction } from './new-organisation-form'

export function NewOrganisation({ create }: Readonly<{ create: CreateOrganisationAction }>) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Icon of={Plus} />
        New organisation
      </Button>
      <Dialog open={open} title="Create an organisation" onClose={() => setOpen(false)}>
        <NewOrganisationForm create={create} onCancel={() => setOpen(false)} />
      </Dialog>
    </>
  )
}
