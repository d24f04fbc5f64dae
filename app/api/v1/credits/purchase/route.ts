import { creditsPurchase } from '@/lib/dialects/talkover/credits-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = creditsPurchase
export const dynamic = 'force-dynamic'
