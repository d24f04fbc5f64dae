import { defaultPaymentMethod } from '@/lib/dialects/dial/payment-method-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defaultPaymentMethod
export const dynamic = 'force-dynamic'
