import { subscriptionResume } from '@/lib/dialects/dial/subscription-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = subscriptionResume
export const dynamic = 'force-dynamic'
