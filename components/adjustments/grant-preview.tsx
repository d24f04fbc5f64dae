'use client'

import { useEffect, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { ApprovalNeeded } from './approval-needed'
import { EffectTable } from './effect-table'
import type { GrantState } from './views'

type Props = Readonly<{
  state: Extract<GrantState, { kind: 'previewed' }>
  pending: boolean
  onChange: () => void
}>

/** What the grant will do, and the button that does it; takes the focus that went with the form's fields. */
export function GrantPreview({ state: { draft, preview }, pending, onChange }: Props) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [preview])
  return (
    <>
      <div ref={panel} tabIndex={-1} role="status" className="flex flex-col gap-4 outline-none">
        <p className="font-medium">What this will do</p>
        <EffectTable label="Granted" preview={preview} />
      </div>
      {Object.entries(draft).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {preview.needsApproval && <ApprovalNeeded />}
      <div className="flex justify-end gap-2">
        <Button onClick={onChange}>Change</Button>
        <Button look="primary" type="submit" pending={pending}>
          {preview.needsApproval ? 'Ask for approval' : 'Grant credit'}
        </Button>
      </div>
    </>
  )
}
