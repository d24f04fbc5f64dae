import { autoRefill } from '@/lib/dialects/dreadnode/auto-refill-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = autoRefill
export const dynamic = 'force-dynamic'
