import { KeyRound } from 'lucide-react'
import type { Metadata } from 'next'
import { CreateKey } from '@/components/api-keys/create-key'
import { CurlExample } from '@/components/api-keys/curl-example'
import { KeyList } from '@/components/api-keys/key-list'
import type { ApiKeyView } from '@/components/api-keys/views'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { QUIET_LINK } from '@/components/ui/quiet-link'
import { hasScope } from '@/lib/core/actor'
import { listApiKeys, type ApiKeySummary } from '@/lib/core/api-keys/list-api-keys'
import { requireUser } from '@/lib/http/require-user'
import { createKey, revokeKey } from './actions'

export const metadata: Metadata = { title: 'API keys' }

export default async function ApiKeysPage() {
  const { ctx } = await requireUser()
  const mayRead = hasScope(ctx.actor, 'keys:read')
  const keys = mayRead ? await listApiKeys(ctx) : []
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('keys:write')
  return (
    <Page
      title="API keys"
      lead="For programs that read this account’s billing, buy credits or send usage."
      action={mayWrite && <CreateKey create={createKey} />}
    >
      <Card id="keys" title="Keys">
        {keys.length === 0 ? (
          <NoKeys mayRead={mayRead} mayWrite={mayWrite} />
        ) : (
          <KeyList keys={keys.map(viewOf)} revoke={revokeKey} mayRevoke={mayWrite} />
        )}
      </Card>
      <Card
        id="try"
        title="Try a key"
        aside={
          <PageLink href="/reference" className={QUIET_LINK}>
            API reference
          </PageLink>
        }
        className="mt-5"
      >
        <CurlExample appUrl={ctx.site.appUrl} />
      </Card>
    </Page>
  )
}

function NoKeys({ mayRead, mayWrite }: Readonly<{ mayRead: boolean; mayWrite: boolean }>) {
  if (!mayRead) {
    return (
      <Empty icon={KeyRound} title="Not for viewers">
        Owners and billing members see which keys there are.
      </Empty>
    )
  }
  return (
    <Empty icon={KeyRound} title="No keys yet">
      {mayWrite
        ? 'Create one, put it in the call below, and you have the balance in your program.'
        : 'An owner can create one.'}
    </Empty>
  )
}

function viewOf({ id, name, preview, scopes, createdAt, lastUsedAt }: ApiKeySummary): ApiKeyView {
  return {
    id,
    name,
    preview,
    scopes,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }
}
