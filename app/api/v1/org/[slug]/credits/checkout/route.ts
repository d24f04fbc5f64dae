import { checkout } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = checkout
export const dynamic = 'force-dynamic'
