'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { stopImpersonation } from '@/lib/core/impersonation/stop-impersonation'
import { publicAction } from '@/lib/http/action'
import { rotateSession } from '@/lib/http/rotate-session'

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

/** Ends the look into an account, and goes back to it in the console. */
export async function stopLooking(): Promise<void> {
  return submitStop(null)
}
