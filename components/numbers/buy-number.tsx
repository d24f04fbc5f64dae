'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { newIdempotencyKey } from '@/components/top-up/new-idempotency-key'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { BuyNumberForm } from './buy-number-form'
import type { BuyActions } from './views'

/** Opens the purchase of a number. Each opening is one purchase, however often its button is pressed. */
export function BuyNumber({ actions }: Readonly<{ actions: BuyActions }>) {
  const [purchaseKey, setPurchaseKey] = useState<string | null>(null)
  const close = () => setPurchaseKey(null)
  return (
    <>
      <Button look="primary" onClick={() => setPurchaseKey(newIdempotencyKey())} aria-haspopup="dialog">
        <Icon of={Plus} />
        Buy number
      </Button>
      <Dialog open={purchaseKey !== null} title="Buy a number" onClose={close}>
        {purchaseKey !== null && (
          <BuyNumberForm key={purchaseKey} purchaseKey={purchaseKey} actions={actions} onDone={close} />
        )}
      </Dialog>
    </>
  )
}
