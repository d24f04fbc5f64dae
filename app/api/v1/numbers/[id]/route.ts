import { number } from '@/lib/dialects/dial/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = number
export const dynamic = 'force-dynamic'
