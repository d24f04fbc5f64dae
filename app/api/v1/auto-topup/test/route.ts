import { autoTopupTest } from '@/lib/dialects/talkover/auto-topup-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = autoTopupTest
export const dynamic = 'force-dynamic'
