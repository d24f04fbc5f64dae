import { usageStats } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = usageStats
export const dynamic = 'force-dynamic'
