'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button'
import { Icon } from './icon'

type CopyState = 'idle' | 'copied' | 'failed'

const WORDS: Readonly<Record<CopyState, string>> = {
  idle: 'Copy',
  copied: 'Copied',
  failed: 'Press Ctrl+C',
}

/** Puts a text on the clipboard; where the browser refuses, says how to copy by hand. */
export function CopyButton({ text, label }: Readonly<{ text: string; label: string }>) {
  const [state, setState] = useState<CopyState>('idle')

  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 2500)
    return () => clearTimeout(timer)
  }, [state])

  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('failed')
    }
  }

  return (
    <>
      <Button size="small" aria-label={label} onClick={copy} className="min-w-22">
        <Icon of={state === 'copied' ? Check : Copy} size={14} />
        {WORDS[state]}
      </Button>
      <span role="status" className="sr-only">
        {state === 'copied' ? 'Copied to the clipboard.' : ''}
      </span>
    </>
  )
}
