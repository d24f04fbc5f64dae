import { user } from '@/lib/dialects/talkover/person-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = user
export const dynamic = 'force-dynamic'
