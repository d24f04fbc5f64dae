'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { StartState } from '@/components/impersonation/start-impersonation'
import { reasonSchema } from '@/lib/core/impersonation/reason'
import { startImpersonation } from '@/lib/core/impersonation/start-impersonation'
import { stopImpersonation } from '@/lib/core/impersonation/stop-impersonation'
import { formFields, publicAction, staffAction } from '@/lib/http/action'
import { rotateSession } from '@/lib/http/rotate-session'

const submitStart = staffAction({
  scope: 'staff:read',
  input: z.object({
    accountId: z
      .string()
      .regex(/^[1-9]\d{0,17}$/)
      .transform(BigInt),
    reason: reasonSchema,
  }),
  handler: async (ctx, input): Promise<StartState> => {
    await rotateSession((hashes) => startImpersonation(ctx, { ...input, ...hashes }))
    redirect('/billing')
  },
  refused: ({ message, fields }, raw): StartState => {
    const reasonErrors = fields?.fieldErrors['reason'] ?? []
    const reason = z.object({ reason: z.string() }).safeParse(raw).data?.reason ?? ''
    return { reason, reasonErrors, message: reasonErrors.length > 0 ? null : message }
  },
})

/** Whoever has the session may go back, also when the look is over and the session is nobody's for everything else. */
const submitStop = publicAction({
  name: 'stop-impersonation',
  input: z.unknown(),
  handler: async (ctx): Promise<void> => {
    const stopped = await rotateSession((hashes) => stopImpersonation(ctx, hashes))
    const accountId = stopped?.accountId ?? null
    redirect(accountId === null ? '/' : `/admin/accounts/${String(accountId)}/access`)
  },
  refused: ({ message }) => {
    throw new Error(message)
  },
})

/** Looks into an account from the next page on, for a reason that its owner reads. */
export async function startLooking(_state: StartState, form: FormData): Promise<StartState> {
  return submitStart(formFields(form))
}

/** Ends the look into an account, and goes back to it in the console. */
export async function stopLooking(): Promise<void> {
  return submitStop(null)
}
