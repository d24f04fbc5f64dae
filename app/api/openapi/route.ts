import { serveDocumentList } from '@/lib/openapi/serve'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = serveDocumentList
