import { invoice } from '@/lib/dialects/dial/invoice-routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = invoice
export const dynamic = 'force-dynamic'
