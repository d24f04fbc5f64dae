import { creditsCheckout } from '@/lib/dialects/dial/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = creditsCheckout
export const dynamic = 'force-dynamic'
