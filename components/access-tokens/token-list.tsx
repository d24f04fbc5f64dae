import { LocalTime } from '@/components/time/local-time'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { RowList } from '@/components/ui/row-list'
import { abilityWords } from './ability-words'
import type { AccessTokenView, RevokeTokenAction } from './views'

type Props = Readonly<{
  labelledBy: string
  tokens: readonly AccessTokenView[]
  revoke: RevokeTokenAction
}>

export function TokenList({ labelledBy, tokens, revoke }: Props) {
  return (
    <RowList labelledBy={labelledBy}>
      {tokens.map((token) => (
        <li key={token.id} className="flex items-center justify-between gap-4 px-5 py-3.5">
          <div className="grid min-w-0 flex-1 gap-x-6 gap-y-1 md:grid-cols-[1fr_11rem_13rem] md:items-center">
            <div className="min-w-0">
              <p className="truncate font-medium">{token.name}</p>
              <p className="truncate text-[0.8125rem] text-ink-soft">{token.accountName}</p>
            </div>
            <p className="text-[0.8125rem] text-ink-soft">{abilityWords(token.abilities)}</p>
            <p className="text-[0.8125rem] text-ink-soft">
              <span className="block">
                {token.expiresAt === null ? (
                  <>
                    Created <LocalTime at={token.createdAt} detail="day" />
                  </>
                ) : (
                  <>
                    Ends <LocalTime at={token.expiresAt} />
                  </>
                )}
              </span>
              <span className="block">
                {token.lastUsedAt === null ? (
                  'Never used'
                ) : (
                  <>
                    Used <LocalTime at={token.lastUsedAt} />
                  </>
                )}
              </span>
            </p>
          </div>
          <ConfirmButton
            label="Revoke"
            subject={token.name}
            question="Revoke this token?"
            confirm="Revoke token"
            act={revoke.bind(null, token.id)}
          >
            <p>
              Programs that use <strong className="font-medium break-words text-ink">{token.name}</strong> are
              refused from this moment on. A revoked token cannot be brought back.
            </p>
          </ConfirmButton>
        </li>
      ))}
    </RowList>
  )
}
