'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ReplayState } from '@/components/inbox/replay-form'
import { formValues, staffAction } from '@/lib/http/action'
import { replayEvents } from '@/lib/webhooks/inbox/replay-events'

const PAGE = '/admin/events'
const CHOSEN_MAX = 200

const submitChosen = staffAction({
  scope: 'staff:write',
  input: z.array(z.string().max(255)).min(1, 'Choose at least one event.').max(CHOSEN_MAX),
  handler: async (ctx, events): Promise<ReplayState> => {
    const replayed = await replayEvents(ctx, { events, reason: null })
    revalidatePath(PAGE)
    return { replayed, message: null }
  },
  refused: ({ fields, message }): ReplayState => ({
    replayed: 0,
    message: fields?.formErrors[0] ?? message,
  }),
})

const submitNeedingStaff = staffAction({
  scope: 'staff:write',
  input: z.null(),
  handler: async (ctx): Promise<string | null> => {
    await replayEvents(ctx, { events: 'needing_staff', reason: null })
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message }): string | null => message,
})

/** Those that are ticked in the form. */
export async function replayChosen(_state: ReplayState, form: FormData): Promise<ReplayState> {
  return submitChosen(formValues(form, 'event'))
}

/** Null once all that were quarantined or given up are put back, else why not. */
export async function replayNeedingStaff(): Promise<string | null> {
  return submitNeedingStaff(null)
}
