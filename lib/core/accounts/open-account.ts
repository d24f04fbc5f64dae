import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { newId } from '@/lib/kit/ids'
import type { Money } from '@/lib/kit/money'
import { foldEmail } from './email'
import { hashPassword } from './password'

type NewAccount = Readonly<{
  /** Normalised (`emailSchema`). */
  email: string
  name: string | null
  password: string
  /** Granted once per person; nobody is refused an account for having had it. */
  welcome: Money
  pepper: string
}>

/** `number` is null when the pool was empty; `welcomed` says whether the credit was granted. */
export type OpenedAccount =
  | Readonly<{
      status: 'opened'
      userId: string
      accountId: bigint
      number: string | null
      welcomed: boolean
    }>
  | Readonly<{ status: 'email_taken'; userId: string }>

/**
 * Opens an account for a new person: books, one number, the welcome credit. One SQL call, whole or not at all; called
 * again for the same e-mail it opens nothing and says so. For our own sign-up and seed only.
 */
export async function openAccount(ctx: Context, input: NewAccount): Promise<OpenedAccount> {
  requireSystem(ctx.actor)
  const passwordHash = await hashPassword(input.password)
  const identityHash = hashIdentity(input.email, input.pepper)
  const numberId = newId('num')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, user_id, account_id, number, welcomed
      from open_account(${input.email}, ${input.name}, ${passwordHash}, ${identityHash}, ${numberId},
        ${input.welcome.micros}, ${ctx.now()})`,
  )
  const opened = answerSchema.parse(row)
  if (opened.status === 'opened' && opened.number === null) {
    ctx.log.warn(
      { accountId: opened.accountId.toString() },
      'the number pool is empty: opened without a number',
    )
  }
  return opened
}

const answerSchema = z.union([
  z
    .object({ status: z.literal('email_taken'), user_id: z.uuid() })
    .transform(({ status, user_id }) => ({ status, userId: user_id })),
  z
    .object({
      status: z.literal('opened'),
      user_id: z.uuid(),
      account_id: z.bigint(),
      number: z.string().nullable(),
      welcomed: z.boolean(),
    })
    .transform(({ user_id, account_id, ...rest }) => ({ ...rest, userId: user_id, accountId: account_id })),
])

/** Keyed, so that the table of who was welcomed does not tell whose addresses are in it. */
function hashIdentity(email: string, pepper: string): Buffer {
  return createHmac('sha256', pepper)
    .update(`identity:${foldEmail(email)}`)
    .digest()
}
