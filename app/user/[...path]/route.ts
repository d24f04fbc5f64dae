import { unknown } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = unknown
export const dynamic = 'force-dynamic'
