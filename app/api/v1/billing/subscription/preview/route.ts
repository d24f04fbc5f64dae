import { subscriptionPreview } from '@/lib/dialects/dial/subscription-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = subscriptionPreview
export const dynamic = 'force-dynamic'
