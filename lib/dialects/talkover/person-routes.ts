import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { listAccessTokens } from '@/lib/core/access-tokens/list-access-tokens'
import { revokeAccessToken } from '@/lib/core/access-tokens/revoke-access-token'
import { getPerson } from '@/lib/core/accounts/get-person'
import { env } from '@/lib/env'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { talkover } from './errors'
import { createTokenRequest, tokenPath } from './person-contract'
import { presentCreatedToken, presentTokens, presentUser } from './person-translate'

const PERSONAL = ['token', 'session'] as const

/** /api/user */
export const user = endpoint(talkover, {
  GET: route({
    dialect: talkover,
    credentials: PERSONAL,
    scope: 'billing:read',
    handler: async (ctx) => presentUser(await getPerson(ctx)),
  }),
})

/** /api/v1/user/api-tokens */
export const apiTokens = endpoint(talkover, {
  GET: route({
    dialect: talkover,
    credentials: PERSONAL,
    scope: 'self:read',
    handler: async (ctx) => presentTokens(await listAccessTokens(ctx)),
  }),
  POST: route({
    dialect: talkover,
    credentials: PERSONAL,
    scope: 'self:write',
    action: 'create-token',
    body: createTokenRequest,
    handler: async (ctx, { body: { name, abilities } }) =>
      presentCreatedToken(
        await createAccessToken(ctx, {
          name,
          ...(abilities && { abilities }),
          pepper: env().API_KEY_PEPPER,
        }),
      ),
  }),
})

/** /api/v1/user/api-tokens/{token_id} */
export const apiToken = endpoint(talkover, {
  DELETE: route({
    dialect: talkover,
    credentials: PERSONAL,
    scope: 'self:write',
    params: tokenPath,
    handler: async (ctx, { params }) => {
      await revokeAccessToken(ctx, params.token_id)
      return { message: 'Token revoked' }
    },
  }),
})
