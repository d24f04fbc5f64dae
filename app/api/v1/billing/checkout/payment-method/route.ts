import { paymentMethodCheckout } from '@/lib/dialects/dial/payment-method-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = paymentMethodCheckout
export const dynamic = 'force-dynamic'
