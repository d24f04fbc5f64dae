import { price } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = price
export const dynamic = 'force-dynamic'
