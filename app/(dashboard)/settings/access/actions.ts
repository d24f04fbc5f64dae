'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { AdmitState } from '@/components/impersonation/admit-staff'
import { admitStaff } from '@/lib/core/impersonation/admit-staff'
import { action, formFields } from '@/lib/http/action'

const submitAdmission = action({
  scope: 'members:write',
  input: z.object({ admits: z.enum(['yes', 'no']) }),
  handler: async (ctx, { admits }): Promise<AdmitState> => {
    await admitStaff(ctx, admits === 'yes')
    revalidatePath('/settings/access')
    return { message: null }
  },
  refused: ({ message }): AdmitState => ({ message }),
})

/** Lets our staff in from now on, or nobody any more. */
export async function admit(_state: AdmitState, form: FormData): Promise<AdmitState> {
  return submitAdmission(formFields(form))
}
