'use client'

import { useEffect, useRef } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'

/** The one time that a token is shown. */
export function NewToken({ value, onDone }: Readonly<{ value: string; onDone: () => void }>) {
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  return (
    <div className="flex flex-col gap-5">
      <Alert live tone="note" title="Copy the token now">
        It is not shown again. Whoever has it can act as you.
      </Alert>
      <div className="flex items-center gap-2">
        <input
          ref={field}
          readOnly
          aria-label="Your new access token"
          value={value}
          className="h-10 min-w-0 flex-1 rounded-lg border border-line-strong bg-raised px-3 font-mono text-[0.8125rem]"
        />
        <CopyButton text={value} label="Copy the token" />
      </div>
      <div className="flex justify-end">
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}
