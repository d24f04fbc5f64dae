import { subscriptionCheckout } from '@/lib/dialects/dial/subscription-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = subscriptionCheckout
export const dynamic = 'force-dynamic'
