import { autoTopupHistory } from '@/lib/dialects/talkover/auto-topup-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = autoTopupHistory
export const dynamic = 'force-dynamic'
