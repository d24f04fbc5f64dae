import { unknown } from '@/lib/dialects/dreadnode/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = unknown
