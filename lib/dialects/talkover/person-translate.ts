import type { PersonalToken } from '@/lib/core/access-tokens/insert-access-token'
import type { AccessTokenSummary } from '@/lib/core/access-tokens/list-access-tokens'
import type { PersonDetails } from '@/lib/core/accounts/get-person'
import { wireNumber } from './json'
import type { CreatedTokenResponse, TokensResponse, UserResponse } from './person-contract'
import { presentInstant, wholeSeconds } from './present-instant'

const idOf = (id: bigint) => wireNumber(String(id))

export function presentUser({ number, name, email, accountId, createdAt }: PersonDetails): UserResponse {
  return {
    id: idOf(number),
    name,
    email,
    current_environment_id: idOf(accountId),
    created_at: wholeSeconds(createdAt),
  }
}

/** Those that people made for their programs: what stands for a sign-in is none of them. */
export function presentTokens(tokens: readonly AccessTokenSummary[]): TokensResponse {
  const personal = tokens.filter(({ kind }) => kind === 'personal')
  return {
    data: personal.map(({ id, name, abilities, lastUsedAt, createdAt }) => ({
      id: idOf(id),
      name,
      abilities: [...abilities],
      last_used_at: lastUsedAt === null ? null : presentInstant(lastUsedAt),
      created_at: presentInstant(createdAt),
    })),
  }
}

export function presentCreatedToken({
  id,
  name,
  abilities,
  token,
  createdAt,
}: PersonalToken): CreatedTokenResponse {
  return {
    data: { id: idOf(id), name, abilities: [...abilities], token, created_at: presentInstant(createdAt) },
  }
}
