import { apiToken } from '@/lib/dialects/talkover/person-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = apiToken
export const dynamic = 'force-dynamic'
