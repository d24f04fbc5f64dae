import { autoTopupPaymentMethods } from '@/lib/dialects/talkover/auto-topup-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = autoTopupPaymentMethods
export const dynamic = 'force-dynamic'
