import { activity } from '@/lib/dialects/dial/activity-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = activity
export const dynamic = 'force-dynamic'
