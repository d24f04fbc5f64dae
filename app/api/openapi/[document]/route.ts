import { serveDocument } from '@/lib/openapi/serve'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export async function GET(
  _request: Request,
  { params }: RouteContext<'/api/openapi/[document]'>,
): Promise<Response> {
  return serveDocument((await params).document)
}
