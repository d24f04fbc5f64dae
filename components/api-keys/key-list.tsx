import { LocalTime } from '@/components/time/local-time'
import { RowList } from '@/components/ui/row-list'
import { RevokeKey, type RevokeAction } from './revoke-key'
import type { ApiKeyView } from './views'

type Props = Readonly<{ keys: readonly ApiKeyView[]; revoke: RevokeAction; mayRevoke: boolean }>

export function KeyList({ keys, revoke, mayRevoke }: Props) {
  return (
    <RowList labelledBy="keys">
      {keys.map((key) => (
        <li key={key.id} className="flex items-center justify-between gap-4 px-5 py-3.5">
          <div className="grid min-w-0 flex-1 gap-x-6 gap-y-1 md:grid-cols-[1fr_11rem_13rem] md:items-center">
            <div className="min-w-0">
              <p className="truncate font-medium">{key.name}</p>
              <p className="truncate font-mono text-[0.8125rem] text-ink-soft">{key.preview}</p>
            </div>
            <p className="text-[0.8125rem] text-ink-soft">{scopeWords(key.scopes)}</p>
            <p className="text-[0.8125rem] text-ink-soft">
              <span className="block">
                Created <LocalTime at={key.createdAt} detail="day" />
              </span>
              <span className="block">
                {key.lastUsedAt === null ? (
                  'Never used'
                ) : (
                  <>
                    Used <LocalTime at={key.lastUsedAt} />
                  </>
                )}
              </span>
            </p>
          </div>
          {mayRevoke && <RevokeKey id={key.id} name={key.name} revoke={revoke} />}
        </li>
      ))}
    </RowList>
  )
}

const SCOPES: ReadonlyMap<string, string> = new Map([
  ['billing:read', 'read billing'],
  ['billing:write', 'pay'],
  ['usage:write', 'send usage'],
])

/** `Read billing, pay, send usage`: what the key may do, in words. */
function scopeWords(scopes: readonly string[]): string {
  const words = scopes.map((scope) => SCOPES.get(scope) ?? scope).join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
