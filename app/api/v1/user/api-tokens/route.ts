import { apiTokens } from '@/lib/dialects/talkover/person-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = apiTokens
export const dynamic = 'force-dynamic'
