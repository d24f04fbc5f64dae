import { activityExport } from '@/lib/dialects/dial/activity-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = activityExport
