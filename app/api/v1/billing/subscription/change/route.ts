import { subscriptionChange } from '@/lib/dialects/dial/subscription-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = subscriptionChange
export const dynamic = 'force-dynamic'
