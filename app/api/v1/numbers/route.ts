import { numbers } from '@/lib/dialects/dial/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = numbers
export const dynamic = 'force-dynamic'
