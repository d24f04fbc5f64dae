import { receipt } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = receipt
export const dynamic = 'force-dynamic'
