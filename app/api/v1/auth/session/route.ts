import { session } from '@/lib/dialects/talkover/session-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = session
export const dynamic = 'force-dynamic'
