import { purchase } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = purchase
export const dynamic = 'force-dynamic'
