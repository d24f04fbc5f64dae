import { canAfford } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = canAfford
export const dynamic = 'force-dynamic'
