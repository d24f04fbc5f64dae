import { credits } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = credits
export const dynamic = 'force-dynamic'
