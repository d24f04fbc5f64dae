import { KeySquare } from 'lucide-react'
import type { Metadata } from 'next'
import { CreateToken } from '@/components/access-tokens/create-token'
import { StartSession } from '@/components/access-tokens/start-session'
import { TokenList } from '@/components/access-tokens/token-list'
import type { AccessTokenView } from '@/components/access-tokens/views'
import { NotShown } from '@/components/impersonation/not-shown'
import { Page } from '@/components/shell/page'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { listAccessTokens, type AccessTokenSummary } from '@/lib/core/access-tokens/list-access-tokens'
import { requireUser } from '@/lib/http/require-user'
import { createToken, revokeToken, startSession } from './actions'

const TITLE = 'Access tokens'
const LEAD = 'For programs that act as you. What belongs to the organisation uses an API key instead.'

export const metadata: Metadata = { title: TITLE }

export default async function SecurityPage() {
  const { ctx, impersonation } = await requireUser()
  if (impersonation !== null) return <TokensOfOthers />
  const tokens = await listAccessTokens(ctx)
  const personal = tokens.filter(({ kind }) => kind === 'personal').map(viewOf)
  const sessions = tokens.filter(({ kind }) => kind === 'session').map(viewOf)
  return (
    <Page title={TITLE} lead={LEAD} action={<CreateToken create={createToken} />}>
      <div className="flex flex-col gap-5">
        <Card id="personal-tokens" title="Personal tokens">
          {personal.length === 0 ? (
            <Empty icon={KeySquare} title="No personal tokens">
              One works until you revoke it, and never may more than you may yourself.
            </Empty>
          ) : (
            <TokenList labelledBy="personal-tokens" tokens={personal} revoke={revokeToken} />
          )}
        </Card>
        <Card id="session-tokens" title="Session tokens" aside={<StartSession start={startSession} />}>
          {sessions.length === 0 ? (
            <p className="px-5 py-5 text-ink-soft">
              One stands for a sign-in and ends after eight hours. A program can also get one with your e-mail
              and password.
            </p>
          ) : (
            <TokenList labelledBy="session-tokens" tokens={sessions} revoke={revokeToken} />
          )}
        </Card>
      </div>
    </Page>
  )
}

function TokensOfOthers() {
  return (
    <Page title={TITLE} lead={LEAD}>
      <Card id="personal-tokens" title="Personal tokens">
        <NotShown>Each member has tokens of their own, and sees no other’s.</NotShown>
      </Card>
    </Page>
  )
}

function viewOf(token: AccessTokenSummary): AccessTokenView {
  const { id, name, accountName, abilities, createdAt, lastUsedAt, expiresAt } = token
  return {
    id: String(id),
    name,
    accountName,
    abilities,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}
