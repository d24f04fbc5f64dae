import { paymentMethod } from '@/lib/dialects/dial/payment-method-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = paymentMethod
export const dynamic = 'force-dynamic'
