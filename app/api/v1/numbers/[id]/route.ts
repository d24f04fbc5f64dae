import { number } from '@/lib/dialects/dial/routes'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = number
