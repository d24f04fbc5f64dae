import { autoTopupSettings } from '@/lib/dialects/talkover/auto-topup-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = autoTopupSettings
export const dynamic = 'force-dynamic'
