import { usage } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = usage
export const dynamic = 'force-dynamic'
