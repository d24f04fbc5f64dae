import { autoTopupDisable } from '@/lib/dialects/talkover/auto-topup-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = autoTopupDisable
export const dynamic = 'force-dynamic'
