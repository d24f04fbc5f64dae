import { creditsBalance } from '@/lib/dialects/talkover/credits-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = creditsBalance
export const dynamic = 'force-dynamic'
