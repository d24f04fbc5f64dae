import { balance } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = balance
export const dynamic = 'force-dynamic'
