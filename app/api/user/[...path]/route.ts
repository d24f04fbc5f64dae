import { unknown } from '@/lib/dialects/talkover/credits-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = unknown
export const dynamic = 'force-dynamic'
