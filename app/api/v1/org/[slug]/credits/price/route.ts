import { price } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = price
