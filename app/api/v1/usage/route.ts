import { usage } from '@/lib/dialects/dial/usage-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = usage
export const dynamic = 'force-dynamic'
