import { subscriptionCancel } from '@/lib/dialects/dial/subscription-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = subscriptionCancel
export const dynamic = 'force-dynamic'
