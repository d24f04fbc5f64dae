import { previewCost } from '@/lib/dialects/chuger/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = previewCost
export const dynamic = 'force-dynamic'
