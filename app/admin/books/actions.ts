'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { ProveState } from '@/components/books/prove-form'
import { askBooksCheck } from '@/lib/core/invariants/ask-books-check'
import { staffAction } from '@/lib/http/action'

const submit = staffAction({
  scope: 'staff:write',
  input: z.null(),
  handler: async (ctx): Promise<ProveState> => {
    await askBooksCheck(ctx)
    revalidatePath('/admin/books')
    return { asked: true, message: null }
  },
  refused: ({ message }): ProveState => ({ asked: false, message }),
})

export async function prove(): Promise<ProveState> {
  return submit(null)
}
