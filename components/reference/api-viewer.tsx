'use client'

import 'swagger-ui-dist/swagger-ui.css'
import './api-viewer.css'
import { useEffect, useRef, useState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Spinner } from '@/components/ui/spinner'

type Props = Readonly<{
  /** Where the OpenAPI document is. */
  url: string
}>

/**
 * An API to read, and to try with one's own key. The viewer is large and loaded by this page alone; it brings the page's
 * `main`.
 */
export function ApiViewer({ url }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading')

  useEffect(() => {
    const host = document.createElement('div')
    place.current?.replaceChildren(host)
    const mended = mendMarkup(host)
    let left = false
    const say = (next: 'shown' | 'failed') => {
      if (!left) setState(next)
    }
    show(host, url, () => say('shown')).catch(() => say('failed'))
    return () => {
      left = true
      mended.disconnect()
      host.remove()
    }
  }, [url])

  return (
    <>
      {state === 'loading' && (
        <p role="status" className="flex items-center gap-2 py-10 text-ink-soft">
          <Spinner /> Loading the reference
        </p>
      )}
      {state === 'failed' && (
        <Alert tone="danger" title="The viewer did not load" live>
          Reload the page, or read the{' '}
          <a href={url} className="underline">
            OpenAPI document
          </a>{' '}
          itself.
        </Alert>
      )}
      <div ref={place} />
    </>
  )
}

async function show(domNode: HTMLElement, url: string, onComplete: () => void): Promise<void> {
  const { default: SwaggerUI } = await import('swagger-ui-dist/swagger-ui-es-bundle')
  SwaggerUI({
    domNode,
    url,
    // Its links would stand inside of buttons, where a screen reader loses them.
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    // A key that was typed in is forgotten with the page.
    persistAuthorization: false,
    // Without this the viewer would show the document to a host of its makers.
    validatorUrl: null,
    // What is tried acts by the key that was typed in and not by who is signed in.
    requestInterceptor: (request) => ({ ...request, credentials: 'omit' }),
    onComplete,
  })
}

/** What a screen reader needs and the viewer leaves out, the special before the general. */
const AMENDMENTS = [
  ['select#servers', 'aria-label', 'Server'],
  ['select.examples-select-element', 'aria-label', 'Example'],
  ['select.content-type', 'aria-label', 'Media type'],
  ['select', 'aria-label', 'Value'],
  ['textarea', 'aria-label', 'Request body'],
  ['button.close-modal', 'aria-label', 'Close'],
  ['.information-container', 'role', 'region'],
  ['.information-container', 'aria-label', 'About this API'],
  ['.scheme-container', 'role', 'region'],
  ['.scheme-container', 'aria-label', 'Server and credential'],
  // The page's own heading stands above those of the viewer.
  ['h3', 'aria-level', '2'],
  ['h4', 'aria-level', '3'],
  ['h5', 'aria-level', '4'],
] as const

/** Mends the viewer's markup, whenever it draws some. */
function mendMarkup(host: HTMLElement): MutationObserver {
  const observer = new MutationObserver(() => {
    for (const [selector, attribute, value] of AMENDMENTS) {
      for (const element of host.querySelectorAll(`${selector}:not([${attribute}])`)) {
        element.setAttribute(attribute, value)
      }
    }
  })
  observer.observe(host, { childList: true, subtree: true })
  return observer
}
