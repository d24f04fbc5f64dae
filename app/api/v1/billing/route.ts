import { billing } from '@/lib/dialects/dial/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = billing
export const dynamic = 'force-dynamic'
