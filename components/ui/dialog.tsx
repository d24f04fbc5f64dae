'use client'

import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { Icon } from './icon'

type Props = Readonly<{
  open: boolean
  title: string
  onClose: () => void
  /** Wide enough for Checkout's two columns, or just wide enough for a question. */
  width?: 'narrow' | 'wide'
  /** Whether the content reaches the dialog's edges. */
  flush?: boolean
  children: ReactNode
}>

const WIDTHS = { narrow: 'mt-[16vh] sm:max-w-md', wide: 'mt-4 sm:mt-10 sm:max-w-xl' } as const

/**
 * A modal dialog on the native element: the browser keeps the focus inside, closes it on Escape and gives the
 * focus back to what opened it. What is marked `data-initial-focus` has it first, else the button that closes. The
 * children are mounted only while it is open.
 */
export function Dialog({ open, title, onClose, width = 'narrow', flush = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const element = dialog.current
    if (element === null || element.open === open) return
    if (!open) return element.close()
    element.showModal()
    element.querySelector<HTMLElement>('[data-initial-focus]')?.focus()
  }, [open])

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      className={`mx-auto mb-auto max-h-[calc(100dvh-2rem)] sm:max-h-[calc(100dvh-5rem)] w-[calc(100%-2rem)] overflow-y-auto overscroll-contain rounded-xl border border-line bg-surface p-0 text-ink shadow-float ${WIDTHS[width]}`}
    >
      {open && (
        <>
          <header className="sticky top-0 z-10 flex items-center justify-between gap-4 border-b border-line bg-surface py-2.5 pr-3 pl-5">
            <h2 id={titleId} className="text-base font-semibold">
              {title}
            </h2>
            <button
              type="button"
              aria-label="Close"
              onClick={onClose}
              className="grid size-9 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-raised hover:text-ink"
            >
              <Icon of={X} size={18} />
            </button>
          </header>
          <div className={flush ? '' : 'p-5'}>{children}</div>
        </>
      )}
    </dialog>
  )
}
