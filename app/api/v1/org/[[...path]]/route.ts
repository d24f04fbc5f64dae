import { unknown } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = unknown
export const dynamic = 'force-dynamic'
