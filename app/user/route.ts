import { user } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = user
export const dynamic = 'force-dynamic'
