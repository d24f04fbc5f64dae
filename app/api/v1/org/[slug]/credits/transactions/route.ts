import { transactions } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = transactions
export const dynamic = 'force-dynamic'
