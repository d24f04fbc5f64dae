import type { Metadata } from 'next'
import { ApiViewer } from '@/components/reference/api-viewer'
import { PageLink } from '@/components/shell/page-link'
import { Wordmark } from '@/components/shell/wordmark'
import { ChoiceLinks } from '@/components/ui/choice-links'
import { QUIET_LINK } from '@/components/ui/quiet-link'
import { API_DOCUMENTS, API_NAMES, isApiName } from '@/lib/openapi/documents'

export const metadata: Metadata = { title: 'API reference' }

/** For everyone: it says nothing of any account. */
export default async function ReferencePage({ searchParams }: PageProps<'/reference'>) {
  const { api } = await searchParams
  const chosen = typeof api === 'string' && isApiName(api) ? api : 'dial'
  const choices = API_NAMES.map((name) => ({
    href: `/reference?api=${name}`,
    text: API_DOCUMENTS[name].title,
    chosen: name === chosen,
  }))
  return (
    <>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-272 items-center justify-between gap-4 px-4">
          <PageLink href="/billing" aria-label="Talktime, to billing" className="rounded-md">
            <Wordmark />
          </PageLink>
          <PageLink href="/settings/api-keys" className={QUIET_LINK}>
            Get a key
          </PageLink>
        </div>
        <div className="mx-auto flex max-w-272 flex-wrap items-end justify-between gap-x-6 gap-y-4 px-4 pt-6 pb-5">
          <div className="min-w-0">
            <h1 className="text-2xl font-semibold tracking-tight">API reference</h1>
            <p className="mt-1 text-ink-soft">Read every call, and try it with a key of your own.</p>
          </div>
          <ChoiceLinks label="API" choices={choices} />
        </div>
      </header>
      <div className="mx-auto max-w-272 px-4 pt-6 pb-20">
        <ApiViewer key={chosen} url={`/api/openapi/${chosen}.json`} />
      </div>
    </>
  )
}
